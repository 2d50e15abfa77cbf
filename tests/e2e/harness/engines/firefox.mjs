import { Builder } from 'selenium-webdriver'
import { Options, ServiceBuilder } from 'selenium-webdriver/firefox.js'
import { DriverService } from 'selenium-webdriver/remote/index.js'

export const firefox = {
  takes: 'firefox and geckodriver, on PATH or named by FIREFOX and GECKODRIVER',
  lacks: {
    cachingInQueue: 'Firefox takes no page into the back/forward cache that waits for a lock',
    freezing: 'Firefox freezes no tab on command',
    streamBodies: 'Firefox takes no stream for a body and sends its name as a text',
    streamingUploads: 'Firefox does not upload streams',
  },

  async start() {
    const options = new Options().addArguments('-headless').enableBidi()
    // It gives pages `TestUtils.gc()`.
    options.setPreference('dom.testing.testutils.enabled', true)
    if (process.env.FIREFOX) options.setBinary(process.env.FIREFOX)
    const driver = await new Builder()
      .forBrowser('firefox')
      .setFirefoxOptions(options)
      .setCapability('acceptInsecureCerts', true)
      .setFirefoxService(new Service(process.env.GECKODRIVER ?? 'geckodriver'))
      .build()
    return { driver, stop: () => driver.quit() }
  },

  /**
   * By WebDriver BiDi: a script of classic WebDriver gets a realm of its own, with another `globalThis` and other
   * `Error`s than those of the page.
   */
  call(browser, tab, declaration, argument) {
    return browser.inTab(tab, async (driver) => {
      const { result, exceptionDetails } = await send(driver, 'script.callFunction', {
        functionDeclaration: declaration,
        arguments: [{ type: 'string', value: argument }],
        target: { context: tab },
        awaitPromise: true,
      })
      if (exceptionDetails) throw new Error(exceptionDetails.text)
      return result.value
    })
  },

  offline({ driver }, tab, offline) {
    const networkConditions = offline ? { type: 'offline' } : null
    return send(driver, 'emulation.setNetworkConditions', { networkConditions, contexts: [tab] })
  },

  collectGarbage(browser, tab) {
    return firefox.call(browser, tab, 'async () => { await TestUtils.gc(); return "" }', '')
  },
}

/** Firefox finds a port for BiDi itself. One that Selenium finds may be somebody else's by the time that Firefox is there. */
class Service extends ServiceBuilder {
  build() {
    return DriverService.Builder.prototype.build.call(this.addArguments('--websocket-port=0'))
  }
}

async function send(driver, method, params) {
  const bidi = await driver.getBidi()
  const { error, message, result } = await bidi.send({ method, params })
  if (error) throw new Error(`${method}: ${error}: ${message}`)
  return result
}
