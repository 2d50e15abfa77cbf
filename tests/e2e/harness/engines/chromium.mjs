import { readFile } from 'node:fs/promises'
import { Builder } from 'selenium-webdriver'
import { Options, ServiceBuilder } from 'selenium-webdriver/chrome.js'
import { byScript } from './script.mjs'

export const chromium = {
  takes: 'chromium and a chromedriver of the same major version, on PATH or named by CHROME and CHROMEDRIVER',
  lacks: {},
  call: byScript,

  async start() {
    const settings = JSON.parse(await readFile(new URL('../../../../webdriver.json', import.meta.url)))
    const options = new Options().addArguments(...settings['goog:chromeOptions'].args)
    if (process.env.CHROME) options.setChromeBinaryPath(process.env.CHROME)
    const driver = await new Builder()
      .forBrowser('chrome')
      .setChromeOptions(options)
      .setCapability('acceptInsecureCerts', true)
      .setChromeService(new ServiceBuilder(process.env.CHROMEDRIVER ?? 'chromedriver'))
      .build()
    return { driver, stop: () => driver.quit() }
  },
}
