import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startBackend } from './backend.mjs'
import { openBrowser } from './browser.mjs'
import { Page } from './page.mjs'
import { plain, unpack } from './packed.mjs'

const pages = fileURLToPath(new URL('../pages', import.meta.url))

let browser
let packed

before(async () => {
  ;[browser, packed] = await Promise.all([openBrowser(), unpack()])
})

after(async () => {
  await browser?.stop()
  await packed?.remove()
})

/**
 * A test with a backend and a page of its own, in the one browser of its file. `openTab(path, { type })` opens the page,
 * or another, in one more tab: in a `'tab'` of the same window, or in a `'window'`, which is visible beside the others.
 * Of the tabs of a window the one that something is asked of is visible; in WebKit always the first.
 *
 * `switches` are turned before the page is opened; `path` is another page, of the folder `dist` if it is not a test
 * page; `env` gives what the backend has in its environment besides; `complaints` says that a page is to hit its policy,
 * or that something is to stay uncaught; `mounts` are further pairs of a path and the folder served there; `skip` is
 * what the engine lacks for it, if it does.
 */
export function scenario(name, body, options = {}) {
  const { path = '/tests/blank.html', dist, env, complaints = false, mounts = [], skip } = options
  // Plain JavaScript is for pages that forbid WebAssembly, so there every page does.
  const switches = plain ? { csp: 'no-wasm', ...options.switches } : options.switches
  test(name, { skip }, async (t) => {
    const backend = await startBackend({
      mounts: [
        ['/tests', pages],
        ['/package', packed.folder],
        ...mounts,
      ],
      dist,
      env: env?.(),
    })
    t.after(() => backend.stop())
    const page = new Page(browser, backend.origin)
    if (switches) await backend.set(switches)
    await page.forgetCookies()
    await page.open(path)
    await backend.forget()
    t.after(() => page.isOffline && page.online())
    t.after(() => browser.closeOthers())
    const tabs = [page]
    const openTab = async (tabPath = path, { type = 'tab' } = {}) => {
      const tab = new Page(browser, page.origin, await browser.openTab(type))
      tabs.push(tab)
      await tab.open(tabPath)
      return tab
    }
    await body({ backend, page, openTab, inPage: page.run.bind(page), packed, t })
    if (complaints) return
    for (const tab of tabs.filter(({ closed }) => !closed)) {
      assert.deepEqual(await tab.complaints(), [], 'the page complained')
    }
  })
}
