import assert from 'node:assert/strict'
import { scenario } from './harness/scenario.mjs'

scenario(
  'S1 T5 fifty concurrent calls over an expired token: fifty answers, one refresh',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      const { client } = await kit.signedIn()
      kit.kept = { client, heard: kit.listen(client) }
    })
    await backend.expire()
    const seen = await inPage(async () => {
      const { client, heard } = kit.kept
      const calls = Array.from({ length: 50 }, (_, n) =>
        client.fetch(`/api/items/${n}`).then((response) => response.json()),
      )
      const items = await Promise.all(calls)
      return { ids: items.map(({ id }) => id), heard }
    })
    assert.deepEqual(
      seen.ids,
      Array.from({ length: 50 }, (_, n) => n),
    )
    assert.deepEqual(seen.heard[0], ['refresh', { phase: 'start', trigger: 'unauthorized' }])
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 1)
    assert.equal(counted.reuseDetected, 0)
    assert.ok(counted.apiUnauthorized >= 1)
    for (let n = 0; n < 50; n++)
      assert.ok(counted.byPath[`GET /api/items/${n}`] <= 2, `item ${n} was asked for at most twice`)
    const replays = seen.heard.filter(([name]) => name === 'retry')
    assert.equal(replays.length, counted.apiUnauthorized)
  },
)

scenario(
  'S1 whoever comes while the refresh is under way shares it, whatever the trigger',
  async ({ backend, inPage }) => {
    await backend.set({ holdRefresh: true })
    await inPage(async () => {
      const { client } = await kit.signedIn()
      kit.kept = { client, first: client.refresh() }
    })
    await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
    await backend.expire()
    await inPage(() => {
      const { client } = kit.kept
      client.wake()
      dispatchEvent(new Event('online'))
      kit.kept.more = [
        client.refresh(),
        client.ensureFresh(1_000),
        client.fetch('/api/profile'),
        client.fetch('/api/items/1'),
      ]
    })
    await backend.until(({ apiUnauthorized }) => apiUnauthorized === 2)
    await backend.release()
    const seen = await inPage(async () => {
      const { first, more } = kit.kept
      const [manual, fresh, profile, item] = await Promise.all(more)
      return {
        generations: [(await first).generation, manual.generation, fresh.generation],
        statuses: [profile.status, item.status],
      }
    })
    assert.deepEqual(seen, { generations: [2, 2, 2], statuses: [200, 200] })
    assert.equal((await backend.counters()).refreshes, 1)
  },
)

scenario('S2 a late 401 is replayed without a refresh', async ({ backend, inPage }) => {
  await backend.set({ holdApi: '/api/items/7' })
  await inPage(async () => {
    const { client } = await kit.signedIn()
    kit.kept = { client, late: client.fetch('/api/items/7') }
  })
  await backend.until(({ apiHeld }) => apiHeld === 1)
  await backend.expire()
  assert.equal(await inPage(() => kit.outcome(kit.kept.client.fetch('/api/profile'))), 200)
  await backend.set({ holdApi: false })
  assert.equal(await inPage(() => kit.outcome(kit.kept.late)), 200)
  const counted = await backend.counters()
  assert.equal(counted.refreshes, 1)
  assert.equal(counted.apiUnauthorized, 2)
  assert.equal(counted.byPath['GET /api/items/7'], 2)
})

scenario('S7 refresh() from an event listener and from an interceptor never deadlocks', async ({ backend, inPage }) => {
  await inPage(async () => {
    const { client } = await kit.signedIn()
    kit.kept = { client }
  })
  await backend.expire()
  const seen = await inPage(async () => {
    const { client } = kit.kept
    const inside = []
    const undo = client.on('refresh', ({ phase }) => {
      if (phase === 'start') inside.push(client.refresh())
    })
    const first = await kit.outcome(client.fetch('/api/profile'))
    undo()
    const generations = (await Promise.all(inside)).map(({ generation }) => generation)
    client.interceptors.request.use(async (config) => {
      await client.refresh()
      return config
    })
    return {
      first,
      generations,
      second: await kit.outcome(client.fetch('/api/profile')),
      now: client.session.generation,
    }
  })
  assert.deepEqual(seen, { first: 200, generations: [2], second: 200, now: 3 })
  assert.equal((await backend.counters()).refreshes, 2)
})

scenario('S7 refresh() once a refresh has ended, from the listener that hears of it', async ({ backend, inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    const again = new Promise((resolve) => {
      const undo = client.on('refresh', ({ phase }) => {
        if (phase !== 'success') return
        undo()
        resolve(client.refresh())
      })
    })
    await client.refresh()
    return (await again).generation
  })
  assert.equal(seen, 3)
  assert.equal((await backend.counters()).refreshes, 2)
})

scenario(
  'R1 R2 F4 an API that answers 401 for ever: two sends, the 401 delivered, one refresh whatever the load',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      const { client } = await kit.signedIn()
      kit.kept = { client, heard: kit.listen(client) }
    })
    await backend.set({ apiAlways401: true })
    const seen = await inPage(async () => {
      const response = await kit.kept.client.fetch('/api/profile')
      const { status, bodyUsed } = response
      return { status, bodyUsed, body: await response.json() }
    })
    assert.deepEqual(seen, { status: 401, bodyUsed: false, body: { error: 'invalid_token' } })
    const first = await backend.counters()
    assert.equal(first.byPath['GET /api/profile'], 2)
    assert.equal(first.refreshes, 1)
    const more = await inPage(async () => {
      const { client, heard } = kit.kept
      const calls = Array.from({ length: 20 }, (_, n) => client.fetch(`/api/items/${n}`))
      const statuses = await Promise.all(calls.map(kit.outcome))
      return { statuses, warnings: heard.filter(([name]) => name === 'warning'), status: client.session.status }
    })
    assert.deepEqual(more.statuses, Array(20).fill(401))
    assert.deepEqual(
      more.warnings.map(([, { code }]) => code),
      ['refresh_ineffective'],
    )
    assert.equal(more.status, 'active')
    const then = await backend.counters()
    assert.equal(then.refreshes, 1)
    for (let n = 0; n < 20; n++) assert.equal(then.byPath[`GET /api/items/${n}`], 1)
  },
)

scenario('R1 a caller who passes _retry: true opts out of the replay', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  assert.equal(await inPage(() => kit.outcome(kit.kept.client.fetch('/api/profile', { _retry: true }))), 401)
  assert.equal((await backend.counters()).byPath['GET /api/profile'], 1)
})

scenario(
  'R3 a wrong password is delivered as it is, however the login URL is spelled',
  async ({ backend, page, inPage }) => {
    const spellings = [
      '/auth/login',
      '/auth/login?from=/api/profile#form',
      '/auth/../auth/./login',
      '../auth/login',
      `${page.origin.replace('http', 'HTTP')}/auth/login`,
      '/auth/logi%6E',
      '/auth/login/',
    ]
    const seen = await inPage(async (spellings) => {
      const { client } = await kit.signedIn()
      const heard = kit.listen(client)
      const body = JSON.stringify({ username: 'demo', password: 'wrong' })
      const headers = { 'content-type': 'application/json' }
      const statuses = []
      for (const url of spellings) statuses.push((await client.fetch(url, { method: 'POST', headers, body })).status)
      return { statuses, heard, status: client.session.status }
    }, spellings)
    assert.deepEqual(seen.statuses.slice(0, 5), Array(5).fill(401))
    assert.deepEqual(seen.heard, [])
    assert.equal(seen.status, 'active')
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 0)
    assert.ok(counted.loginsFailed >= 5)
    assert.equal(counted.csrfRefused, 0)
  },
)

scenario(
  'R3 neither logout, session check nor what the user excludes is refreshed or replayed',
  async ({ backend, inPage }) => {
    await inPage(async () => {
      kit.kept = await kit.signedIn({
        exclude: ['/api/items/*', /profile$/g, new URLPattern({ pathname: '/api/notes' })],
      })
    })
    await backend.expire()
    const seen = await inPage(async () => {
      const { client } = kit.kept
      const urls = [
        '/api/items/1',
        '/api/items/2?page=2',
        '/api/profile',
        '/api/profile',
        '/api/notes',
        '/auth/refresh?again',
      ]
      return Promise.all(urls.map((url) => kit.outcome(client.fetch(url))))
    })
    assert.deepEqual(seen.slice(0, 5), Array(5).fill(401))
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 0)
    assert.equal(counted.apiUnauthorized, 5)
  },
)

scenario(
  'R10 requests that wait for a refresh are sent in the order in which they came',
  async ({ backend, inPage }) => {
    await backend.set({ holdRefresh: true })
    await inPage(async () => {
      const { client } = await kit.signedIn()
      kit.advance(3_600_000)
      const sent = []
      globalThis.fetch = (...args) => {
        sent.push(args[0].url ?? args[0])
        return kit.platformFetch(...args)
      }
      const calls = Array.from({ length: 12 }, (_, n) => client.fetch(`/api/items/${n}`))
      kit.kept = { client, calls, sent }
    })
    await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
    assert.equal((await backend.counters()).apiRequests, 0)
    await backend.release()
    const seen = await inPage(async () => {
      const statuses = await Promise.all(kit.kept.calls.map(kit.outcome))
      return { statuses, sent: kit.kept.sent.filter((url) => url.includes('/items/')) }
    })
    assert.deepEqual(seen.statuses, Array(12).fill(200))
    assert.deepEqual(
      seen.sent,
      Array.from({ length: 12 }, (_, n) => `/api/items/${n}`),
    )
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 1)
    assert.equal(counted.apiUnauthorized, 0)
  },
)

scenario('R10 replays go out in the order of the calls, whatever the order of the 401s', async ({ inPage }) => {
  const sent = await inPage(async () => {
    const { client } = await kit.signedIn()
    const held = []
    const sent = []
    globalThis.fetch = (...args) => {
      const url = args[0].url ?? args[0]
      if (!url.includes('/items/')) return kit.platformFetch(...args)
      sent.push(url)
      if (sent.length > 5) return Promise.resolve(new Response('{}'))
      return new Promise((resolve) => held.push(() => resolve(new Response('', { status: 401 }))))
    }
    const calls = Array.from({ length: 5 }, (_, n) => client.fetch(`/api/items/${n}`))
    for (const n of [3, 1, 4, 0, 2]) held[n]()
    await Promise.all(calls)
    return sent.slice(5)
  })
  assert.deepEqual(
    sent,
    Array.from({ length: 5 }, (_, n) => `/api/items/${n}`),
  )
})

scenario('R9 a proactive refresh delays nobody while the token is good', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.set({ holdRefresh: true })
  await inPage(() => {
    kit.kept.heard = kit.listen(kit.kept.client)
    kit.advance(50_000)
    kit.kept.client.wake()
  })
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
  assert.equal(await inPage(() => kit.outcome(kit.kept.client.fetch('/api/profile'))), 200)
  await backend.set({ refreshAnswer: 'unavailable', holdRefresh: false })
  const seen = await inPage(async () => {
    const { client, heard } = kit.kept
    await kit.until(client.session, ({ status }) => status === 'active')
    return { phase: heard.at(-1)[1].phase, api: await kit.outcome(client.fetch('/api/profile')) }
  })
  assert.deepEqual(seen, { phase: 'failure', api: 200 })
})
