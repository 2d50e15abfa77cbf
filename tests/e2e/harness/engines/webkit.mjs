import { Builder, Capabilities } from 'selenium-webdriver'
import { DriverService } from 'selenium-webdriver/remote/index.js'
import { openDisplay } from '../display.mjs'
import { callByScript } from './script.mjs'

/** WebKitGTK, in the small browser that comes with its driver; the driver knows where that is. */
export const webkit = {
  takes: 'WebKitWebDriver, on PATH or named by WEBKITDRIVER, and a display or Xvfb',
  lacks: {
    collectingGarbage: 'WebKit collects no garbage on command',
    freezing: 'WebKit freezes no tab on command',
    goingOffline: 'WebKit goes offline only with the whole machine',
    noticingCuts: 'WebKit takes an answer for whole whose connection was cut in the middle',
    streamingUploads: 'WebKit does not upload streams',
  },

  async start() {
    const display = await openDisplay()
    const service = new DriverService.Builder(process.env.WEBKITDRIVER ?? 'WebKitWebDriver')
      .setLoopback(true)
      .setEnvironment({ ...process.env, ...display.environment })
      .build()
    const stop = async () => {
      await service.kill()
      await display.close()
    }
    try {
      const driver = await new Builder()
        .usingServer(await service.start())
        .withCapabilities(new Capabilities({ browserName: 'MiniBrowser', acceptInsecureCerts: true }))
        .build()
      return { driver, stop: () => driver.quit().finally(stop) }
    } catch (error) {
      await stop()
      throw error
    }
  },

  call: callByScript,
}
