import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startBackend } from './backend.mjs'
import { openBrowser } from './browser.mjs'
import { Page } from './page.mjs'
import { unpack } from './packed.mjs'

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
 * A test with a backend and a page of its own, in the one browser of its file. `switches` are turned before the page
 * is opened; `path` is another page, of the folder `dist` if it is not a test page; `complaints` says that the page
 * is to hit its policy, or that something is to stay uncaught; `skip` is what the engine lacks for it, if it does.
 */
export function scenario(name, body, { switches, path = '/tests/blank.html', dist, complaints = false, skip } = {}) {
  test(name, { skip }, async (t) => {
    const backend = await startBackend({
      mounts: [
        ['/tests', pages],
        ['/package', packed.folder],
      ],
      dist,
    })
    t.after(() => backend.stop())
    const page = new Page(browser.driver, backend.origin)
    if (switches) await backend.set(switches)
    await page.forgetCookies()
    await page.open(path)
    await backend.forget()
    await body({ backend, page, inPage: page.run.bind(page), packed, t })
    if (!complaints) assert.deepEqual(await page.complaints(), [], 'the page complained')
  })
}
