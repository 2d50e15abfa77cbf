import { readFile } from 'node:fs/promises'
import { Builder } from 'selenium-webdriver'
import { Options, ServiceBuilder } from 'selenium-webdriver/chrome.js'
import { callByScript } from './script.mjs'

export const chromium = {
  takes: 'chromium and a chromedriver of the same major version, on PATH or named by CHROME and CHROMEDRIVER',
  lacks: {},

  async start(args) {
    const settings = JSON.parse(await readFile(new URL('../../../../webdriver.json', import.meta.url)))
    const options = new Options().addArguments(...settings['goog:chromeOptions'].args, ...args)
    if (process.env.CHROME) options.setChromeBinaryPath(process.env.CHROME)
    const driver = await new Builder()
      .forBrowser('chrome')
      .setChromeOptions(options)
      .setCapability('acceptInsecureCerts', true)
      .setChromeService(new ServiceBuilder(process.env.CHROMEDRIVER ?? 'chromedriver'))
      .build()
    return { driver, stop: () => driver.quit() }
  },

  call: callByScript,

  /** By the DevTools protocol, for chromedriver's own command is about all tabs. */
  offline(browser, tab, offline) {
    const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
    return browser.inTab(tab, async (driver) => {
      await driver.sendDevToolsCommand('Network.enable', {})
      await driver.sendDevToolsCommand('Network.emulateNetworkConditions', { offline, ...unlimited })
    })
  },

  freeze(browser, tab, frozen) {
    const state = frozen ? 'frozen' : 'active'
    return browser.inTab(tab, (driver) => driver.sendDevToolsCommand('Page.setWebLifecycleState', { state }))
  },

  collectGarbage(browser, tab) {
    return browser.inTab(tab, (driver) => driver.sendDevToolsCommand('HeapProfiler.collectGarbage', {}))
  },
}
