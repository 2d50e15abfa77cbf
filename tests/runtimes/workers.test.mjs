import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { scenario } from '../e2e/harness/scenario.mjs'
import { storm } from './harness/storm.mjs'
import { CALLERS } from './pages/journey.js'

const options = {
  path: '/runtimes/page.html',
  mounts: [['/runtimes', fileURLToPath(new URL('pages', import.meta.url))]],
  // Trusted Types would want a policy of the page's own to start a worker with.
  switches: { csp: 'off' },
}

const digest = (text) => createHash('sha256').update(text).digest('hex')
const DIGESTS = Array.from({ length: CALLERS }, (_, n) => digest(`${n}`))
const NAMES = ['AuthError', 'authedFetch', 'client', 'configure', 'createAuthClient', 'ready']

for (const kind of ['dedicated', 'shared', 'service']) {
  scenario(
    `S1 R5 a ${kind} worker: the import is silent, 20 callers share one refresh, errors are AuthErrors`,
    async (stage) => {
      const { backend, inPage } = stage
      const names = await inPage(async (kind) => {
        kit.kept.worker = await workers[kind]()
        return workers.ask(kit.kept.worker, 'names')
      }, kind)
      assert.deepEqual(names, NAMES)
      const { byPath } = await backend.counters()
      assert.deepEqual(byPath, { 'GET /runtimes/worker.js': 1, 'GET /package/index.js': 1 })

      const signedIn = await inPage(async () => {
        const { worker } = kit.kept
        await workers.ask(worker, 'configure', { csrf: workers.csrf() })
        return workers.ask(worker, 'signIn')
      })
      assert.deepEqual(signedIn, { answer: 200, status: 'active' })
      const begin = (callers) => void (kit.kept.storm = workers.ask(kit.kept.worker, 'storm', callers))
      const seen = await storm(stage, CALLERS, begin, CALLERS)
      assert.deepEqual(seen, DIGESTS)
      const counted = await backend.counters()
      assert.equal(counted.refreshes, 1)
      assert.equal(counted.byPath['POST /api/echo'], 2 * CALLERS, 'each was sent once more')

      await backend.expire()
      await backend.set({ refreshAnswer: 'unavailable' })
      const { refused, uncured } = await inPage(() => workers.ask(kit.kept.worker, 'errors'))
      assert.deepEqual(refused.slice(0, 3), [true, 'AuthError', 'invalid_options'])
      assert.match(refused[3], /refreshUrl/)
      assert.deepEqual(uncured.slice(0, 3), [true, 'AuthError', 'refresh_unavailable'])
    },
    options,
  )
}

scenario(
  'S1 R5 a service worker answers for its page: plain fetch, one refresh, the same bytes',
  async (stage) => {
    const { backend, inPage } = stage
    await inPage(async () => {
      const worker = await workers.service()
      await workers.ask(worker, 'configure', { csrf: workers.csrf() })
      await workers.ask(worker, 'signIn')
    })
    // The worker hears of them one by one: those that come after the first 401 wait for the refresh.
    const seen = await storm(
      stage,
      1,
      (callers) => {
        const echo = async (_, n) => {
          const response = await fetch('/api/echo', { method: 'POST', body: `${n}` })
          return (await response.json()).bodySha256
        }
        kit.kept.storm = Promise.all(Array.from({ length: callers }, echo))
      },
      CALLERS,
    )
    assert.deepEqual(seen, DIGESTS)
    assert.equal((await backend.counters()).refreshes, 1)
  },
  options,
)

scenario(
  'S3 a page and its worker share one refresh',
  async (stage) => {
    const { backend, inPage } = stage
    await inPage(async () => {
      const { client } = await kit.signedIn()
      const worker = await workers.dedicated()
      await workers.ask(worker, 'configure', { csrf: workers.csrf() })
      Object.assign(kit.kept, { client, worker })
    })
    const seen = await storm(
      stage,
      CALLERS + 1,
      (callers) => {
        const { client, worker } = kit.kept
        kit.kept.storm = Promise.all([
          kit.outcome(client.fetch('/api/profile')),
          workers.ask(worker, 'storm', callers),
        ])
      },
      CALLERS,
    )
    assert.deepEqual(seen, [200, DIGESTS])
    assert.equal((await backend.counters()).refreshes, 1)
  },
  options,
)
