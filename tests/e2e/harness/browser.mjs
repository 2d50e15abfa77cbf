import { chromium } from './engines/chromium.mjs'
import { firefox } from './engines/firefox.mjs'
import { webkit } from './engines/webkit.mjs'

const PATIENCE = 20_000
const ENGINES = { chromium, firefox, webkit }

/**
 * The engine that `E2E_BROWSER` names, Chromium if it names none. `takes` says what has to be installed; `start()`
 * gives a `driver`, and a `stop()` after which nothing of it runs. `lacks` has a sentence for each thing that others can
 * do and it cannot, good for the `skip` of a scenario. What it can do, it does to a `tab` of a {@link Browser}:
 * `call` a function in the page that takes text and resolves to text, set it `offline` or not, `freeze` it or not, and
 * `collectGarbage` in it.
 */
export const engine = named(process.env.E2E_BROWSER || 'chromium')

function named(name) {
  const found = ENGINES[name]
  if (!found) throw new Error(`E2E_BROWSER is ${name}; it may be ${Object.keys(ENGINES).join(' or ')}.`)
  return { name, ...found }
}

/** A browser of that engine; `args` go to its command line besides, where the engine takes any. */
export async function openBrowser({ args = [] } = {}) {
  const { driver, stop } = await engine.start(args).catch((cause) => {
    throw new Error(`${engine.name} did not start: ${cause.message}. It takes ${engine.takes}.`, { cause })
  })
  await driver.manage().setTimeouts({ script: PATIENCE, pageLoad: PATIENCE })
  return new Browser(driver, stop, await driver.getWindowHandle())
}

/** A browser and its tabs, each known by its window handle. */
class Browser {
  #turn = Promise.resolve()
  #current

  constructor(driver, stop, home) {
    this.driver = driver
    this.stop = stop
    /** The tab that is there from the start and is never closed. */
    this.home = home
    this.#current = home
  }

  /** Does something to a tab. A driver commands one tab at a time, so whoever comes meanwhile waits for its turn. */
  inTab(tab, work) {
    return this.#inTurn(async () => {
      if (tab !== this.#current) {
        await this.driver.switchTo().window(tab)
        this.#current = tab
      }
      return await work(this.driver)
    })
  }

  /** Opens another tab: `'window'` for one that is visible beside the others, `'tab'` for one in front of the current. */
  openTab(type) {
    return this.#inTurn(async () => {
      await this.driver.switchTo().newWindow(type)
      this.#current = await this.driver.getWindowHandle()
      return this.#current
    })
  }

  /** Closes a tab without asking its page. */
  async closeTab(tab) {
    await this.inTab(tab, (driver) => driver.close())
    this.#current = undefined
  }

  /** Closes all but the first. */
  async closeOthers() {
    for (const tab of await this.driver.getAllWindowHandles()) if (tab !== this.home) await this.closeTab(tab)
    await this.inTab(this.home, () => {})
  }

  /** Awaits each step itself, so that the stack of an error leads back to the test. */
  async #inTurn(work) {
    const before = this.#turn
    let over
    this.#turn = new Promise((resolve) => (over = resolve))
    await before
    try {
      return await work()
    } finally {
      over()
    }
  }
}
