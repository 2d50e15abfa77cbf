import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { engine } from './harness/browser.mjs'
import { startHttp2 } from './harness/http2.mjs'
import { scenario } from './harness/scenario.mjs'

const TEXT = 'a body that is gone once it is sent'
const SHA256 = createHash('sha256').update(TEXT).digest('hex')

/** The same scenario over HTTP/2. */
const overHttp2 = (name, body) =>
  scenario(
    name,
    async ({ backend, page, t }) => {
      const front = await startHttp2(backend)
      t.after(front.stop)
      const secure = page.at(front.origin)
      await secure.open('/tests/blank.html')
      const inPage = secure.run.bind(secure)
      await inPage((text) => {
        kit.upload = (fetch, headers) => {
          const body = new Blob([text]).stream()
          return fetch('/api/upload', { method: 'POST', body, duplex: 'half', headers })
        }
      }, TEXT)
      await body({ backend, inPage })
    },
    { skip: engine.lacks.streamingUploads },
  )

overHttp2('R5 a stream is uploaded once, whole', async ({ backend, inPage }) => {
  const got = await inPage(async () => {
    const { client } = await kit.signedIn()
    return (await kit.upload(client.fetch)).json()
  })
  assert.equal(got.sha256, SHA256)
  assert.equal((await backend.counters()).apiRequests, 1)
})

overHttp2(
  'R5 a stream over a token that is known to be expired is refreshed ahead, and sent once',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      kit.kept = await kit.signedIn({ proactive: false })
    })
    await backend.expire()
    const got = await inPage(async () => {
      kit.advance(3_600_000)
      return (await kit.upload(kit.kept.client.fetch)).json()
    })
    assert.equal(got.sha256, SHA256)
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 1)
    assert.equal(counted.apiRequests, 1)
    assert.equal(counted.apiUnauthorized, 0)
  },
)

overHttp2(
  'R5 a stream that is answered 401 is never replayed: its caller gets what native fetch gives',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      kit.kept = await kit.signedIn()
    })
    await backend.expire()
    const ours = await inPage(() => kit.outcome(kit.upload(kit.kept.client.fetch)))
    assert.equal((await backend.counters()).byPath['POST /api/upload'], 1)
    // The refresh that it asked for is for the requests to come.
    await inPage(() => kit.until(kit.kept.client.session, ({ generation }) => generation === 2))
    await backend.expire()
    const native = await inPage(() => {
      const token = document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1]
      return kit.outcome(kit.upload(fetch, { 'X-XSRF-TOKEN': token }))
    })
    assert.deepEqual(ours, native)
  },
)

scenario(
  'R5 over HTTP/1.1, which no browser streams over, the error is the platform’s own and nothing is sent again',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn({ proactive: false })
      const upload = (fetch) => fetch('/api/upload', { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' })
      const [ours, native] = [await kit.outcome(upload(client.fetch)), await kit.outcome(upload(fetch))]
      kit.advance(3_600_000)
      return { ours, native, expired: await kit.outcome(upload(client.fetch)), generation: client.session.generation }
    })
    assert.match(seen.native.name, /^(TypeError|NotSupportedError)$/)
    assert.deepEqual(seen.ours, seen.native)
    assert.deepEqual(seen.expired, seen.native)
    assert.equal(seen.generation, 2, 'known to be expired, it was refreshed ahead')
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 1)
    assert.equal(counted.apiRequests, 0)
  },
  { skip: engine.lacks.streamBodies },
)
