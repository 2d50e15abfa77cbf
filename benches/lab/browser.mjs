import { openBrowser } from '../../tests/e2e/harness/browser.mjs'
import { Page } from '../../tests/e2e/harness/page.mjs'

/** Milliseconds that one step in a page may take. */
const PATIENCE = 600_000

/** What lets a page see its memory as it is, and count what is allocated before it is collected. */
export const SEEING_MEMORY = [
  '--enable-precise-memory-info',
  '--js-flags=--expose-gc --min-semi-space-size=128 --max-semi-space-size=128',
]

/** Chromium with a page of `origin`: `page.run(action, ...args)` runs a function there, `browser` has its tabs. */
export async function openPage(origin, args = []) {
  const browser = await openBrowser({ args })
  await browser.driver.manage().setTimeouts({ script: PATIENCE })
  const version = (await browser.driver.getCapabilities()).getBrowserVersion()
  return { browser, page: new Page(browser, origin), version, stop: () => browser.stop() }
}
