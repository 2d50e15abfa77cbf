import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Agent } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import axios from 'axios'
import older from 'axios-1.7'
import { startBackend } from '../e2e/harness/backend.mjs'
import { unpack } from '../e2e/harness/packed.mjs'
import { PAGE, startProvider } from '../e2e/harness/provider.mjs'

const packed = await unpack()
after(() => packed.remove())
// By name, from within the package: as its own files find each other.
const own = createRequire(join(packed.folder, 'index.js'))
const { createAuthClient } = await import(join(packed.folder, 'index.js'))
const { attach } = await import(join(packed.folder, 'axios.js'))

const versions = { 1.21: axios, 1.7: older }

/** A test for both versions of axios over Node's http, with a backend of its own and its demo user's tokens. */
function scenario(name, body, { adapters = ['http', 'fetch'] } = {}) {
  for (const [version, axios] of Object.entries(versions)) {
    for (const adapter of adapters) {
      test(`Node, ${name} (axios ${version}, ${adapter})`, async (t) => {
        const backend = await startBackend()
        t.after(() => backend.stop())
        const client = createAuthClient({
          mode: 'bearer',
          baseURL: backend.origin,
          tokenEndpoint: '/oauth/token',
          clientId: 'playground',
        })
        t.after(() => client.dispose())
        const api = axios.create({ adapter, baseURL: backend.origin })
        const { data: tokens } = await api.post('/oauth/demo-sign-in', { username: 'demo', password: 'demo', client_id: 'playground' })
        client.signIn(tokens)
        attach(api, client)
        await backend.forget()
        await body({ backend, client, api, axios, tokens, t })
      })
    }
  }
}

scenario('S1 K4 tokens go along, one refresh serves axios and fetch, and no error shows a token', async ({ backend, client, api, tokens }) => {
  await backend.expire()
  const calls = [1, 2, 3, 4].map((n) => (n % 2 ? client.fetch : api.get)(`/api/items/${n}`))
  assert.deepEqual((await Promise.all(calls)).map(({ status }) => status), [200, 200, 200, 200])
  const { refreshes, reuseDetected } = await backend.counters()
  assert.deepEqual([refreshes, reuseDetected], [1, 0])
  const { config } = await api.get('/api/profile')
  assert.equal(config.headers.has('Authorization'), false)
  await backend.set({ apiAlways401: true })
  const error = await api.get('/api/profile').catch((error) => error)
  assert.equal(error.response.status, 401)
  const shown = JSON.stringify([error, error.config, error.response.config.headers])
  for (const token of [tokens.access_token, tokens.refresh_token, 'Bearer ']) assert.equal(shown.includes(token), false)
})

scenario('R4 what the caller’s own credentials are answered is the caller’s affair', async ({ backend, api, tokens }) => {
  const own = { headers: { authorization: 'Bearer mine' } }
  const basic = { auth: { username: 'ann', password: 'secret' } }
  for (const config of [own, basic]) {
    const { response, config: sent } = await api.get('/api/profile', config).catch((error) => error)
    assert.deepEqual([response.status, sent._retry], [401, undefined])
  }
  const { refreshes, apiRequests } = await backend.counters()
  assert.deepEqual([refreshes, apiRequests], [0, 2])
  const right = { headers: { Authorization: `Bearer ${tokens.access_token}` } }
  assert.equal((await api.get('/api/profile', right)).status, 200)
})

scenario('F2 without a session a 401 is delivered as axios makes it', async ({ backend, client, api, axios }) => {
  await client.signOut()
  const error = await api.get('/api/profile').catch((error) => error)
  assert.ok(error instanceof axios.AxiosError)
  assert.equal(error.response.status, 401)
  assert.equal((await backend.counters()).refreshes, 0)
})

const sha256 = (text) => createHash('sha256').update(text).digest('hex')

// Over fetch in Node, axios itself says that a form is something else.
scenario('R5 a form is sent again', async ({ backend, api }) => {
  const form = new FormData()
  form.append('file', new Blob(['a file']), 'file.txt')
  await backend.expire()
  const uploaded = await api.post('/api/upload', form)
  assert.deepEqual([uploaded.data.parts[0].sha256, uploaded.config._retry], [sha256('a file'), true])
}, { adapters: ['http'] })

scenario('R5 bytes are sent again, a stream is not', async ({ backend, api }) => {
  await backend.expire()
  const bytes = await api.post('/api/upload', Buffer.from('bytes'))
  assert.deepEqual([bytes.data.sha256, bytes.config._retry], [sha256('bytes'), true])
  await backend.expire()
  const streamed = await api.post('/api/upload', Readable.from(['one', 'two'])).catch((error) => error)
  assert.deepEqual([streamed.response.status, streamed.config._retry], [401, undefined])
  assert.equal((await backend.counters()).byPath['POST /api/upload'], 3)
})

scenario('R5 a form that axios made a stream of is sent once', async ({ backend, api }) => {
  await backend.expire()
  const { response } = await api.postForm('/api/upload', { note: 'text' }).catch((error) => error)
  assert.equal(response.status, 401)
  assert.equal((await backend.counters()).apiRequests, 1)
}, { adapters: ['http'] })

scenario('R2 a streamed 401 is let go of, so that its connection serves the replay', async ({ backend, api }) => {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 })
  await backend.expire()
  const signal = AbortSignal.timeout(10_000)
  const { data, config } = await api.get('/api/stream', { responseType: 'stream', httpAgent, signal })
  const lines = (await data.toArray()).join('').trim().split('\n')
  assert.deepEqual([lines.length, config._retry], [5, true])
  httpAgent.destroy()
}, { adapters: ['http'] })

scenario('R2 R7 a streamed 401 that nobody reads is canceled: before the replay, and when its caller gives up', async ({ backend, api, axios }) => {
  const sends = []
  const adapter = async (config) => {
    const answer = { status: sends.length ? 200 : 401, headers: {}, config, canceled: false }
    sends.push(answer)
    return Object.assign(answer, { data: new ReadableStream({ cancel: () => void (answer.canceled = true) }) })
  }
  const { status } = await api.get('/api/stream', { adapter })
  assert.deepEqual([status, sends.map(({ canceled }) => canceled)], [200, [true, false]])
  sends.length = 0
  await backend.set({ holdRefresh: true })
  const controller = new AbortController()
  const call = api.get('/api/stream', { adapter, signal: controller.signal }).catch((error) => error)
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
  controller.abort()
  assert.equal(axios.isCancel(await call), true)
  assert.deepEqual(sends.map(({ canceled }) => canceled), [true])
}, { adapters: ['fetch'] })

scenario('a URL that leads nowhere fails as axios has it', async ({ api, axios, client }) => {
  const attached = axios.create({ adapter: api.defaults.adapter })
  const native = await attached.get('/relative').catch((error) => error)
  attach(attached, client)
  const error = await attached.get('/relative').catch((error) => error)
  assert.deepEqual([error.name, error.code, error.message], [native.name, native.code, native.message])
  assert.equal(error instanceof axios.AxiosError, native instanceof axios.AxiosError)
})

for (const [version, axios] of Object.entries(versions)) {
  test(`Node, S1 R1 DPoP: each send has a proof of its own, and a nonce costs one send (axios ${version})`, async (t) => {
    const provider = await startProvider()
    t.after(() => provider.stop())
    const { tokenEndpoint, issuer, resource } = provider
    const client = createAuthClient({ mode: 'bearer', dpop: true, tokenEndpoint, clientId: PAGE.clientId, origins: [issuer] })
    t.after(() => client.dispose())
    client.signIn(await provider.signIn({ dpop: await client.prove(tokenEndpoint) }))
    const api = axios.create()
    attach(api, client)
    const post = async () => {
      const { data, config } = await api.post(resource, 'bytes')
      return [data.method, data.bytes, config._retry === true]
    }
    assert.deepEqual(await Promise.all([post(), post()]), Array(2).fill(['POST', 5, false]))
    provider.expire()
    const storm = await Promise.all([post(), post(), client.fetch(resource).then(({ status }) => status)])
    assert.deepEqual(storm, [['POST', 5, true], ['POST', 5, true], 200])
    assert.equal(provider.counts.refreshes, 1)
    provider.requireNonce = true
    const before = provider.counts.resourceRequests
    assert.deepEqual(await post(), ['POST', 5, false])
    assert.deepEqual(await post(), ['POST', 5, false])
    assert.equal(provider.counts.resourceRequests - before, 3)
    const { headers } = (await api.get(resource)).config
    assert.deepEqual([headers.has('Authorization'), headers.has('DPoP')], [false, false])
  })
}

test('Node, CommonJS: the adapter is attached to the client that is required', async (t) => {
  const sdk = own('oauth-refresh-wasm')
  const { attach } = own('oauth-refresh-wasm/axios')
  const backend = await startBackend()
  t.after(() => backend.stop())
  const api = axios.create({ baseURL: backend.origin })
  attach(api)
  let refreshed = 0
  sdk.configure({ baseURL: backend.origin, crossTab: false, refresh: () => void (refreshed += 1) })
  const error = await api.get('/api/profile').catch((error) => error)
  assert.deepEqual([error.response.status, refreshed], [401, 1])
})
