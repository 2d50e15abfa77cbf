import assert from 'node:assert/strict'
import { scenario } from './harness/scenario.mjs'

scenario(
  'interceptors: request handlers run last-added first, response handlers first-added first',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const order = []
      client.interceptors.request.use((config) => (order.push('request 1'), config))
      client.interceptors.request.use(async (config) => (order.push('request 2'), config))
      client.interceptors.response.use((response) => (order.push('response 1'), response))
      client.interceptors.response.use(async (response) => (order.push('response 2'), response))
      const call = client.fetch('/api/profile')
      order.push('the caller’s own code')
      await call
      return order
    })
    assert.deepEqual(seen, ['the caller’s own code', 'request 2', 'request 1', 'response 1', 'response 2'])
  },
)

scenario('interceptors: a config can be changed, replaced, and is what the server gets', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    let first
    client.interceptors.request.use((config) => ({
      ...config,
      url: `${config.url}?page=2`,
      method: 'PUT',
      body: 'changed',
    }))
    client.interceptors.request.use((config) => {
      first = { ...config, signal: config.signal === undefined }
      config.headers['x-one'] = '1'
      return config
    })
    client.interceptors.response.use((response, config) => ((response.config = config), response))
    const answer = await client.fetch('/api/echo', { method: 'POST', body: 'x', headers: { 'X-Two': '2' }, mine: true })
    const { config } = answer
    const { method, query, bodyLength, headers } = await answer.json()
    return {
      first,
      method,
      query,
      bodyLength,
      one: headers['x-one'],
      two: headers['x-two'],
      url: config.url,
      mine: config.mine,
    }
  })
  assert.deepEqual(seen, {
    first: {
      url: '/api/echo',
      method: 'POST',
      body: 'x',
      headers: { 'X-Two': '2', 'x-one': '1' },
      mine: true,
      signal: true,
      _retry: false,
    },
    method: 'PUT',
    query: 'page=2',
    bodyLength: 7,
    one: '1',
    two: '2',
    url: '/api/echo?page=2',
    mine: true,
  })
})

scenario('interceptors: what a Request carries is seen and sent', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    let config
    client.interceptors.request.use((given) => (config = given))
    const request = new Request('/api/echo', {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json', 'X-Kind': 'a' },
    })
    const { method, contentType, bodyLength, headers } = await (await client.fetch(request)).json()
    return {
      config: [config.url === request.url, config.method, config.headers],
      method,
      contentType,
      bodyLength,
      kind: headers['x-kind'],
    }
  })
  assert.deepEqual(seen, {
    config: [true, 'POST', { 'content-type': 'application/json', 'x-kind': 'a' }],
    method: 'POST',
    contentType: 'application/json',
    bodyLength: 2,
    kind: 'a',
  })
})

scenario('R11 interceptors: null takes the signal of a Request away, as it does for native fetch', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    client.interceptors.request.use((config) => config)
    const freed = (fetch) => fetch(new Request('/api/profile', { signal: AbortSignal.abort('too late') }), { signal: null })
    return { ours: await kit.outcome(freed(client.fetch)), native: await kit.outcome(freed(fetch)) }
  })
  assert.deepEqual(seen, { ours: 200, native: 200 })
})

scenario(
  'interceptors: ids only grow, eject removes exactly that one, also while it runs, and clear all',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.load()
      const { request, response } = client.interceptors
      const order = []
      const ids = [
        request.use((config) => (order.push('a'), config)),
        request.use((config) => (order.push('b'), config)),
      ]
      let self
      ids.push((self = request.use((config) => (order.push('once'), request.eject(self), config))))
      ids.push(response.use())
      request.eject(null)
      request.eject(77)
      await client.fetch('/api/profile')
      await client.fetch('/api/profile')
      const before = order.splice(0)
      request.eject(ids[0])
      request.eject(ids[0])
      await client.fetch('/api/profile')
      const ejected = order.splice(0)
      request.clear()
      ids.push(request.use((config) => (order.push('c'), config)))
      await client.fetch('/api/profile')
      return { ids, before, ejected, order }
    })
    assert.deepEqual(seen, { ids: [0, 1, 2, 0, 3], before: ['once', 'b', 'a', 'b', 'a'], ejected: ['b'], order: ['c'] })
  },
)

scenario('interceptors: runWhen is judged before the chain and skips on false alone', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.load()
    const order = []
    const add = (name, answer, options) =>
      client.interceptors.request.use((config) => (order.push(name), config), null, {
        runWhen: () => answer,
        ...options,
      })
    add('false', false)
    add('nothing', undefined)
    add('null', null)
    client.interceptors.request.use((config) => (order.push('judged before'), (config.skip = true), config), null, {
      runWhen: (config) => config.skip !== true,
    })
    await client.fetch('/api/profile')
    return order
  })
  assert.deepEqual(seen, ['judged before', 'null', 'nothing'])
})

scenario(
  'interceptors: only if all are synchronous do they run within the call; a skipped one does not count',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.load()
      const runs = []
      const add = (name, options) =>
        client.interceptors.request.use((config) => (runs.push(name), config), null, options)
      const within = async () => {
        const call = client.fetch('/api/profile')
        const already = runs.splice(0)
        await call
        return [already, runs.splice(0)]
      }
      add('sync', { synchronous: true })
      const alone = await within()
      add('skipped', { runWhen: () => false })
      const skipped = await within()
      add('async')
      return { alone, skipped, mixed: await within() }
    })
    assert.deepEqual(seen, { alone: [['sync'], []], skipped: [['sync'], []], mixed: [[], ['async', 'sync']] })
  },
)

scenario(
  'interceptors: a synchronous handler that throws goes to its own onRejected, and the request goes out',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const caught = []
      client.interceptors.request.use(
        () => {
          throw new Error('oops')
        },
        (error) => caught.push(error.message),
        { synchronous: true },
      )
      return { status: await kit.outcome(client.fetch('/api/profile')), caught }
    })
    assert.deepEqual(seen, { status: 200, caught: ['oops'] })
    assert.equal((await backend.counters()).apiRequests, 1)
  },
)

scenario(
  'interceptors: a rejected handler goes to the next onRejected, which may heal it; nothing is sent meanwhile',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const order = []
      client.interceptors.request.use(
        (config) => (order.push('skipped'), config),
        (error) => {
          order.push(`request: ${error.message}`)
          throw error
        },
      )
      client.interceptors.request.use(async () => {
        throw new Error('no')
      })
      client.interceptors.response.use(
        () => order.push('not this'),
        (error) => {
          order.push(`response: ${error.message}, ${error.config.url}`)
          return 'healed'
        },
      )
      client.interceptors.response.use((value) => `${value} and on`)
      return { order, result: await client.fetch('/api/profile') }
    })
    assert.deepEqual(seen, { order: ['request: no', 'response: no, /api/profile'], result: 'healed and on' })
    assert.equal((await backend.counters()).apiRequests, 0)
  },
)

scenario(
  'interceptors: each response handler gets its predecessor’s result, and the last is what the caller gets',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const got = []
      client.interceptors.response.use(() => undefined)
      client.interceptors.response.use((value) => (got.push(value === undefined), Promise.reject(new Error('later'))))
      client.interceptors.response.use(() => got.push('skipped'))
      client.interceptors.response.use(null, (error) => ({ error: error.message }))
      return { result: await client.fetch('/api/profile'), got }
    })
    assert.deepEqual(seen, { result: { error: 'later' }, got: [true] })
  },
)

scenario(
  'R1 interceptors see _retry on the replay, and response handlers only the final answer',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      kit.kept = await kit.signedIn()
    })
    await backend.expire()
    const seen = await inPage(async () => {
      const { client } = kit.kept
      const seen = []
      client.interceptors.request.use((config) => (seen.push(['request', config._retry]), config))
      client.interceptors.response.use(
        (response, config) => (seen.push(['response', response.status, config._retry]), response),
      )
      await client.fetch('/api/items/1')
      await client.fetch('/api/items/2')
      return seen
    })
    assert.deepEqual(seen, [
      ['request', false],
      ['response', 200, true],
      ['request', false],
      ['response', 200, false],
    ])
    assert.equal((await backend.counters()).refreshes, 1)
  },
)

scenario('R1 an interceptor that sets _retry opts the request out of the replay', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  const status = await inPage(() => {
    kit.kept.client.interceptors.request.use((config) => ({ ...config, _retry: true }))
    return kit.outcome(kit.kept.client.fetch('/api/items/1'))
  })
  assert.equal(status, 401)
  assert.equal((await backend.counters()).byPath['GET /api/items/1'], 1)
})

scenario(
  'interceptors: error.config is the request as they saw it, also of the platform’s errors',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      kit.kept = await kit.signedIn()
    })
    await backend.expire()
    await backend.set({ refreshAnswer: 'unavailable' })
    const seen = await inPage(async () => {
      const { client, AuthError } = kit.kept
      client.interceptors.request.use((config) => ((config.tag = 'mine'), config))
      const error = await client.fetch('/api/profile').catch((error) => error)
      const native = await client.fetch('/api/profile', { method: 'BAD METHOD' }).catch((error) => error)
      return {
        auth: [error instanceof AuthError, error.code, error.config.url, error.config.tag, error.response.status],
        native: [native.name, native.config.tag],
      }
    })
    assert.deepEqual(seen, {
      auth: [true, 'refresh_unavailable', '/api/profile', 'mine', 401],
      native: ['TypeError', 'mine'],
    })
  },
)

scenario('interceptors: client.fetch from inside a handler works', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  const seen = await inPage(async () => {
    const { client } = kit.kept
    client.interceptors.request.use(async (config) => {
      if (config.url === '/api/profile') config.headers['x-inner'] = String((await client.fetch('/api/items/1')).status)
      return config
    })
    client.interceptors.response.use(async (response, config) => {
      if (config.url !== '/api/profile') return response
      return [config.headers['x-inner'], response.status, (await client.fetch('/api/items/2')).status]
    })
    return client.fetch('/api/profile')
  })
  assert.deepEqual(seen, ['200', 200, 200])
  assert.equal((await backend.counters()).refreshes, 1)
})

scenario('interceptors: each client has its own', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client, createAuthClient } = await kit.signedIn()
    client.interceptors.response.use(() => 'mine')
    return [await client.fetch('/api/profile'), await kit.outcome(createAuthClient().fetch('/api/profile'))]
  })
  assert.deepEqual(seen, ['mine', 200])
})
