import assert from 'node:assert/strict'
import { scenario } from '../e2e/harness/scenario.mjs'
import { startCdn } from './harness/cdn.mjs'
import { storm } from './harness/storm.mjs'
import { CALLERS } from './pages/journey.js'

const options = { switches: { csp: 'off' } }

/** What the module asks of the CDN when it is imported, and when it is first used. */
const entries = {
  'index.js': { imported: ['/index.js'], used: ['/index.js'] },
  'url.js': { imported: ['/url.js'], used: ['/url.js', '/core.wasm'] },
}

for (const [entry, asked] of Object.entries(entries)) {
  scenario(
    `S1 ${entry} of another origin, through an import map: the import is silent, 20 callers share one refresh`,
    async (stage) => {
      const { backend, inPage, packed, t } = stage
      const cdn = await startCdn(packed.folder)
      t.after(cdn.stop)
      const added = await inPage(async (url) => {
        const map = document.createElement('script')
        map.type = 'importmap'
        map.textContent = JSON.stringify({ imports: { 'oauth-refresh-wasm': url } })
        document.head.append(map)
        const before = Object.getOwnPropertyNames(window)
        kit.kept.sdk = await import('oauth-refresh-wasm')
        return Object.getOwnPropertyNames(window).filter((name) => !before.includes(name))
      }, `${cdn.origin}/${entry}`)
      assert.deepEqual(added, [])
      assert.deepEqual(cdn.paths, asked.imported)
      assert.equal((await backend.counters()).requests, 0)

      await inPage(() => {
        const { configure, authedFetch } = kit.kept.sdk
        configure({ loginURL: '/auth/login' })
        return kit.outcome(kit.signIn(authedFetch))
      })
      assert.deepEqual(cdn.paths, asked.used)
      const begin = (callers) => {
        const item = (_, n) => kit.outcome(kit.kept.sdk.authedFetch(`/api/items/${n}`))
        kit.kept.storm = Promise.all(Array.from({ length: callers }, item))
      }
      assert.deepEqual(await storm(stage, CALLERS, begin, CALLERS), Array(CALLERS).fill(200))
      assert.equal((await backend.counters()).refreshes, 1)
    },
    options,
  )
}
