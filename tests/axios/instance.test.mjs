import assert from 'node:assert/strict'
import { everywhere } from './stage.mjs'

const LATEST = { versions: ['1.21'], adapters: ['xhr'] }

everywhere('handlers and transforms of the application run once, in their order, around both sends', async ({ backend, inPage }) => {
  await inPage(async () => {
    const { client } = await kit.signedIn()
    const order = []
    const note = (name) => (value) => (order.push(name), value)
    const transformRequest = [note('transformRequest'), ...kit.axios.defaults.transformRequest]
    const transformResponse = [...kit.axios.defaults.transformResponse, note('transformResponse')]
    const api = kit.create({ transformRequest, transformResponse })
    api.interceptors.request.use(note('request, added before'))
    api.interceptors.response.use(note('response, added before'), note('error'))
    kit.attach(api)
    api.interceptors.request.use(async (config) => {
      config.headers.set('X-Trace', `${config.url} ${config.headers.has('X-XSRF-TOKEN')}`)
      return note('request, added after')(config)
    })
    api.interceptors.response.use(note('response, added after'), note('error'))
    Object.assign(kit, { client, api, order })
  })
  await backend.expire()
  const seen = await inPage(async () => {
    const { status, data, config } = await kit.api.post('/api/echo', { a: 1 })
    return { order: kit.order, status, trace: data.headers['x-trace'], _retry: config._retry }
  })
  assert.deepEqual(seen, {
    order: [
      'request, added after',
      'request, added before',
      'transformRequest',
      'transformResponse',
      'response, added before',
      'response, added after',
    ],
    status: 200,
    trace: '/api/echo false',
    _retry: true,
  })
  assert.equal((await backend.counters()).byPath['POST /api/echo'], 2)
})

everywhere('handlers that say they are synchronous still run within the call', async ({ inPage }) => {
  await inPage(() => kit.begin())
  const seen = await inPage(async () => {
    let ran = false
    kit.api.interceptors.request.use((config) => ((ran = true), config), null, { synchronous: true })
    const call = kit.api.request({ url: '/api/profile' })
    const within = ran
    return [within, (await call).status]
  })
  assert.deepEqual(seen, [true, 200])
}, LATEST)

everywhere('a handler of the application hears of the last answer alone, and may heal it', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.set({ apiAlways401: true })
  const seen = await inPage(async () => {
    const heard = []
    kit.api.interceptors.response.use(null, (error) => {
      heard.push([error.response.status, error.config._retry])
      return { data: 'healed' }
    })
    return [(await kit.api.get('/api/profile')).data, heard]
  })
  assert.deepEqual(seen, ['healed', [[401, true]]])
  assert.equal((await backend.counters()).apiRequests, 2)
})

everywhere('detached, an instance is as it was; what is under way ends as it began', async ({ backend, inPage }) => {
  await backend.set({ holdApi: '/api/items/1' })
  await inPage(async () => {
    const { client } = await kit.signedIn()
    const api = kit.create({ timeout: 20_000, headers: { 'X-Own': '1' } })
    api.interceptors.request.use((config) => config)
    const state = () => {
      const handlers = { request: [], response: [] }
      for (const [kind, list] of Object.entries(handlers)) {
        api.interceptors[kind].forEach(({ fulfilled, rejected }) => list.push([fulfilled, rejected]))
      }
      return { members: Object.entries(api), defaults: Object.entries(api.defaults), ...handlers }
    }
    const same = (a, b) =>
      a === b || (Array.isArray(a) && a.length === b.length && a.every((value, at) => same(value, b[at])))
    const before = state()
    const detach = kit.attach(api)
    const during = state()
    kit.kept = {
      call: kit.seen(api.get('/api/items/1')),
      restored() {
        detach()
        detach()
        const after = state()
        const names = Object.keys(before)
        return { during: names.filter((name) => !same(before[name], during[name])), after: names.filter((name) => !same(before[name], after[name])) }
      },
    }
    Object.assign(kit, { client, api })
  })
  await backend.until(({ apiHeld }) => apiHeld === 1)
  await backend.expire()
  assert.deepEqual(await inPage(() => kit.kept.restored()), { during: ['request'], after: [] })
  await backend.release()
  await backend.set({ holdApi: false })
  const begun = await inPage(() => kit.kept.call)
  assert.deepEqual([begun.status, begun._retry], [200, true])
  await backend.expire()
  const later = await inPage(() => kit.seen(kit.api.get('/api/profile')))
  assert.deepEqual([later.isAxiosError, later.status, later._retry], [true, 401, false])
  assert.equal((await backend.counters()).refreshes, 1)
})

everywhere('whatever adapter a request asks for, also one that came later, is kept', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.expire()
  const seen = await inPage(async () => {
    const expire = () => kit.platformFetch('/playground/expire', { method: 'POST' })
    const sends = []
    const mine = (config) => {
      sends.push([config.url, config.headers.has('X-XSRF-TOKEN'), config.data])
      return kit.axios.getAdapter(['xhr'])(config)
    }
    const named = await kit.seen(kit.api.get('/api/profile', { adapter: 'fetch' }))
    await expire()
    const own = await kit.seen(kit.api.post('/api/echo', { a: 1 }, { adapter: mine }))
    await expire()
    kit.api.defaults.adapter = ['nothing', 'xhr'].slice(1)
    const changed = await kit.seen(kit.api.get('/api/profile'))
    const unknown = await kit.seen(kit.api.get('/api/profile', { adapter: 'nothing' }))
    return { statuses: [named, own, changed].map(({ status, _retry }) => [status, _retry]), sends, unknown }
  })
  assert.deepEqual(seen.statuses, Array(3).fill([200, true]))
  assert.deepEqual(seen.sends, Array(2).fill(['/api/echo', true, '{"a":1}']))
  assert.deepEqual([seen.unknown.isAxiosError, seen.unknown.message], [true, "Unknown adapter 'nothing'"])
})

everywhere('an instance that is created from an attached one is not attached', async ({ backend, inPage }) => {
  await inPage(() => kit.begin({ config: { baseURL: '/api' } }))
  await backend.expire()
  const child = await inPage(() => kit.seen(kit.api.create({ timeout: 1_000 }).get('/profile')))
  assert.equal(child.status, 401)
  const attached = await inPage(() => {
    const child = kit.api.create()
    kit.attach(child)
    return kit.seen(child.get('/profile'))
  })
  assert.equal(attached.status, 200)
})

everywhere('axios itself can be attached, and called as a function', async ({ backend, inPage }) => {
  await inPage(async () => {
    await kit.signedIn()
    kit.kept.detach = kit.attach(kit.axios)
  })
  await backend.expire()
  const seen = await inPage(async () => {
    const called = await kit.seen(kit.axios('/api/profile', { responseType: 'json' }))
    const configured = await kit.seen(kit.axios({ url: 'items/1', baseURL: '/api', params: { q: 'ü' } }))
    kit.kept.detach()
    return [called.status, called.data.user !== undefined, configured.data.id]
  })
  assert.deepEqual(seen, [200, true, 1])
}, { adapters: ['xhr'] })

everywhere('a config that a handler has emptied is classified as it is sent, past the defaults', async ({ inPage }) => {
  await inPage(() => kit.begin({ config: { baseURL: 'https://elsewhere.example', params: { key: 'default' } } }))
  const seen = await inPage(async () => {
    kit.api.interceptors.request.use((config) => {
      delete config.baseURL
      delete config.params
      return config
    })
    const { data } = await kit.api.post('/api/echo', {}, { withXSRFToken: false })
    return [data.query, 'x-xsrf-token' in data.headers]
  })
  assert.deepEqual(seen, [null, true])
})

everywhere('attached twice, an instance is attached once; to another client, not at all', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.expire()
  const seen = await inPage(async () => {
    const again = kit.attach(kit.api, kit.client) === kit.detach
    const { createAuthClient } = await kit.load()
    const other = createAuthClient({ crossTab: false })
    const refused = await kit.seen((async () => kit.attach(kit.api, other))())
    const call = await kit.seen(kit.api.get('/api/profile'))
    kit.detach()
    const moved = kit.attach(kit.api, other)
    kit.detach()
    const stays = kit.attach(kit.api, other) === moved
    return { again, refused, status: call.status, stays }
  })
  assert.deepEqual([seen.again, seen.status, seen.stays], [true, 200, true])
  assert.equal(seen.refused.code, 'invalid_options')
  assert.match(seen.refused.message, /^attach\(instance, client\): this instance is attached to another client; call /)
  assert.equal((await backend.counters()).byPath['GET /api/profile'], 2)
}, LATEST)

everywhere('what is no instance or no client is refused, and what is accepted is said', async ({ inPage }) => {
  const messages = await inPage(async () => {
    const { AuthError } = await kit.load()
    const given = [[], [null], [{ default: kit.axios }], [kit.create(), { loginURL: '/auth/login' }], [kit.create(), null]]
    return given.map((given) => {
      try {
        kit.attach(...given)
      } catch (error) {
        return error instanceof AuthError && error.code === 'invalid_options' && error.message
      }
    })
  })
  const instance = 'attach(instance): an axios instance is accepted, that is axios itself or what axios.create() returns; not'
  const client = 'attach(instance, client): a client is accepted, that is what configure or createAuthClient returns; not'
  assert.deepEqual(messages, [
    `${instance} undefined.`,
    `${instance} null.`,
    `${instance} object.`,
    `${client} object.`,
    `${client} null.`,
  ])
}, LATEST)

everywhere('a client that was disposed of says so', async ({ inPage }) => {
  const seen = await inPage(async () => {
    await kit.begin()
    kit.client.dispose()
    return kit.seen(kit.api.get('/api/profile'))
  })
  assert.deepEqual([seen.name, seen.code], ['AuthError', 'disposed'])
}, LATEST)
