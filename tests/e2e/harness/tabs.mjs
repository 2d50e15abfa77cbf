import assert from 'node:assert/strict'
import { Page } from './page.mjs'
import { scenario } from './scenario.mjs'

/** The page of such a tab: `pages/tab.js` says what it has at hand beside what every test page has. */
export const TAB = '/tests/tab.html'

/** One of several tabs of the same browser. Whatever is asked of it brings it to the front: one at a time, then. */
export class Tab extends Page {
  constructor(driver, origin, handle) {
    super(driver, origin)
    this.handle = handle
  }

  focus() {
    return this.driver.switchTo().window(this.handle)
  }

  async open(path) {
    await this.focus()
    await super.open(path)
  }

  async run(action, ...args) {
    await this.focus()
    return super.run(action, ...args)
  }

  async reload() {
    await this.focus()
    await this.driver.navigate().refresh()
  }

  async back() {
    await this.focus()
    await this.driver.navigate().back()
  }

  async close() {
    await this.focus()
    await this.driver.close()
    this.handle = undefined
  }

  async complaints() {
    await this.focus()
    return super.complaints()
  }
}

/** The tabs of one scenario. */
export class Tabs {
  #driver
  #origin
  #all = []

  constructor(first) {
    this.#driver = first.driver
    this.#origin = first.origin
    this.#all.push(first)
  }

  /** Another tab, on that page. */
  async open(path = TAB) {
    await this.#first.focus()
    await this.#driver.switchTo().newWindow('tab')
    const tab = new Tab(this.#driver, this.#origin, await this.#driver.getWindowHandle())
    this.#all.push(tab)
    await tab.open(path)
    return tab
  }

  /** What an action comes to in each of these, one after the other. */
  async each(tabs, action, ...args) {
    const results = []
    for (const tab of tabs) results.push(await tab.run(action, ...args))
    return results
  }

  /** Closes all but the first, and tells what their pages complained of. */
  async close() {
    const complaints = []
    for (const tab of this.#all.splice(1).filter(({ handle }) => handle)) {
      complaints.push(...(await tab.complaints()))
      await tab.close()
    }
    await this.#first.focus()
    return complaints
  }

  get #first() {
    return this.#all[0]
  }
}

/**
 * A {@link scenario} with several tabs: the first is signed in with the client options `client`, and so are the `count`
 * altogether, which have learned of it. The first one may not be closed.
 */
export function tabsScenario(name, count, body, { client = {}, ...options } = {}) {
  scenario(
    name,
    async (context) => {
      const { backend, page } = context
      const first = new Tab(page.driver, page.origin, await page.driver.getWindowHandle())
      const tabs = new Tabs(first)
      try {
        await first.run((client) => kit.begin(client), client)
        const all = [first]
        while (all.length < count) all.push(await openJoined(tabs, client))
        await backend.forget()
        await body({ ...context, tabs, all, join: () => openJoined(tabs, client) })
      } finally {
        assert.deepEqual(await tabs.close(), [], 'a tab complained')
      }
    },
    { path: TAB, ...options },
  )
}

async function openJoined(tabs, client) {
  const tab = await tabs.open()
  await tab.run((client) => kit.join(client), client)
  return tab
}
