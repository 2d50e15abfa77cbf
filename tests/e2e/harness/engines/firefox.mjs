import { Builder } from 'selenium-webdriver'
import { Options, ServiceBuilder } from 'selenium-webdriver/firefox.js'

export const firefox = {
  takes: 'firefox and geckodriver, on PATH or named by FIREFOX and GECKODRIVER',
  lacks: {
    streamBodies: 'Firefox takes no stream for a body and sends its name as a text',
    streamingUploads: 'Firefox does not upload streams',
  },

  /**
   * Calls a function in the page, by WebDriver BiDi: a script of classic WebDriver gets a realm of its own, with another
   * `globalThis` and other `Error`s than those of the page.
   */
  async call(driver, declaration, argument) {
    const bidi = await driver.getBidi()
    const { error, message, result } = await bidi.send({
      method: 'script.callFunction',
      params: {
        functionDeclaration: declaration,
        arguments: [{ type: 'string', value: argument }],
        target: { context: await driver.getWindowHandle() },
        awaitPromise: true,
      },
    })
    if (error) throw new Error(`${error}: ${message}`)
    if (result.type === 'exception') throw new Error(result.exceptionDetails.text)
    return result.result.value
  },

  async start() {
    const options = new Options().addArguments('-headless').enableBidi()
    if (process.env.FIREFOX) options.setBinary(process.env.FIREFOX)
    const driver = await new Builder()
      .forBrowser('firefox')
      .setFirefoxOptions(options)
      .setCapability('acceptInsecureCerts', true)
      .setFirefoxService(new ServiceBuilder(process.env.GECKODRIVER ?? 'geckodriver'))
      .build()
    return { driver, stop: () => driver.quit() }
  },
}
