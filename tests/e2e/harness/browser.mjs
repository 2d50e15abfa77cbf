import { readFile } from 'node:fs/promises'
import { Builder } from 'selenium-webdriver'
import { Options, ServiceBuilder } from 'selenium-webdriver/chrome.js'

const PATIENCE = 20_000

/** How each engine is started. The drivers are named by their path, so that nothing is looked for or downloaded. */
const ENGINES = {
  async chromium() {
    const settings = JSON.parse(await readFile(new URL('../../../webdriver.json', import.meta.url)))
    const options = new Options().addArguments(...settings['goog:chromeOptions'].args)
    if (process.env.CHROME) options.setChromeBinaryPath(process.env.CHROME)
    return new Builder()
      .forBrowser('chrome')
      .setChromeOptions(options)
      .setCapability('acceptInsecureCerts', true)
      .setChromeService(new ServiceBuilder(process.env.CHROMEDRIVER ?? 'chromedriver'))
      .build()
  },
}

/** A browser of the engine that `E2E_BROWSER` names. */
export async function openBrowser(name = process.env.E2E_BROWSER ?? 'chromium') {
  const start = ENGINES[name]
  if (!start) throw new Error(`E2E_BROWSER is ${name}; it may be ${Object.keys(ENGINES).join(' or ')}.`)
  const driver = await start()
  await driver.manage().setTimeouts({ script: PATIENCE, pageLoad: PATIENCE })
  return driver
}
