import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startBackend } from '../../e2e/harness/backend.mjs'
import { openBrowser } from '../../e2e/harness/browser.mjs'
import { unpack } from '../../e2e/harness/packed.mjs'
import { Page } from '../../e2e/harness/page.mjs'
import { startServer } from '../server/index.mjs'
import { bundle } from './bundle.mjs'

const pages = fileURLToPath(new URL('../../e2e/pages', import.meta.url))

let browser
let packed
let built

before(async () => {
  ;[browser, packed] = await Promise.all([openBrowser(), unpack()])
  built = await bundle(packed)
})

after(async () => {
  await browser?.stop()
  await packed?.remove()
})

/**
 * A test with servers and a page of its own, in the one browser of its file. The user is signed in, by the driver's own
 * means where it has them; that replaces the cookies of the scenario before. In the page `kit` has what the module of
 * that driver exports (see `drivers/driver.ts`), `session`, and in `heard` what the session has told since.
 */
export function scenario(name, driver, body) {
  test(name, async (t) => {
    const backend = await startBackend({
      mounts: [
        ['/tests', pages],
        ['/built', built],
      ],
    })
    t.after(() => backend.stop())
    const server = await startServer(backend)
    t.after(() => server.stop())
    const page = new Page(browser, server.origin)
    await page.open('/tests/blank.html')
    await page.run(async (name) => {
      const { session } = await import('/built/session.js')
      Object.assign(kit, { session }, await import(`/built/${name}.js`))
      await (kit.driver ?? { signIn: () => kit.signIn(session.fetch) }).signIn('demo')
      kit.heard = kit.listen(session)
    }, driver)
    assert.equal((await backend.counters()).logins, 1, 'the user is signed in')
    await backend.forget()
    server.forget()
    await body({ backend, server, inPage: page.run.bind(page) })
    assert.deepEqual(await page.complaints(), [], 'the page complained')
  })
}
