import { Builder, Capabilities } from 'selenium-webdriver'
import { DriverService } from 'selenium-webdriver/remote/index.js'
import { openDisplay } from '../display.mjs'
import { byScript } from './script.mjs'

/** WebKitGTK, in the small browser that comes with its driver; the driver knows where that is. */
export const webkit = {
  takes: 'WebKitWebDriver, on PATH or named by WEBKITDRIVER, and a display or Xvfb',
  lacks: {
    streamingUploads: 'WebKit does not upload streams',
  },
  call: byScript,

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
}
