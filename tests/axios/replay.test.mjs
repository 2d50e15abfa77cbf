import assert from 'node:assert/strict'
import { everywhere } from './stage.mjs'

everywhere('S1 R1 in a storm, axios and authedFetch share one refresh', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.expire()
  const seen = await inPage(() => {
    const calls = Array.from({ length: 12 }, (_, n) => (n % 2 ? kit.client.fetch : kit.api.get)(`/api/items/${n}`))
    return Promise.all(calls.map((call) => call.then(({ status }) => status)))
  })
  assert.deepEqual(seen, Array(12).fill(200))
  const counted = await backend.counters()
  assert.deepEqual([counted.refreshes, counted.reuseDetected], [1, 0])
  for (let n = 0; n < 12; n++) assert.ok(counted.byPath[`GET /api/items/${n}`] <= 2, `item ${n}, at most twice`)
})

everywhere('S1 who comes while the refresh is under way waits for it, and is sent once', async ({ backend, inPage }) => {
  await backend.set({ holdRefresh: true })
  await inPage(async () => {
    await kit.begin()
    kit.kept.first = kit.client.refresh()
  })
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
  await backend.expire()
  await inPage(() => (kit.kept.call = kit.seen(kit.api.get('/api/items/1'))) && undefined)
  await backend.until(({ apiUnauthorized }) => apiUnauthorized === 1)
  await backend.release()
  assert.equal((await inPage(() => kit.kept.call)).status, 200)
  assert.equal((await backend.counters()).refreshes, 1)
})

everywhere('S2 a late 401 is replayed without a refresh', async ({ backend, inPage }) => {
  await backend.set({ holdApi: '/api/items/7' })
  await inPage(async () => {
    await kit.begin()
    kit.kept.late = kit.seen(kit.api.get('/api/items/7'))
  })
  await backend.until(({ apiHeld }) => apiHeld === 1)
  await backend.expire()
  assert.equal((await inPage(() => kit.seen(kit.api.get('/api/profile')))).status, 200)
  await backend.set({ holdApi: false })
  const late = await inPage(() => kit.kept.late)
  assert.deepEqual([late.status, late._retry], [200, true])
  const counted = await backend.counters()
  assert.deepEqual([counted.refreshes, counted.apiUnauthorized, counted.byPath['GET /api/items/7']], [1, 2, 2])
})

everywhere('R1 R2 after the second 401 the caller gets it as axios makes it', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.set({ apiAlways401: true })
  const seen = await inPage(async () => {
    const error = await kit.api.get('/api/profile').catch((error) => error)
    const again = await kit.api(error.config).catch((error) => error)
    return {
      first: await kit.seen(Promise.reject(error)),
      isOfClass: error instanceof kit.axios.AxiosError,
      challenge: error.response.headers.get('www-authenticate'),
      unmarked: [error.config.adapter, error.response.config === error.config],
      again: again.response.status,
    }
  })
  const { isAxiosError, code, status, data, _retry } = seen.first
  assert.deepEqual(
    { isAxiosError, code, status, data, _retry },
    { isAxiosError: true, code: 'ERR_BAD_REQUEST', status: 401, data: { error: 'invalid_token' }, _retry: true },
  )
  assert.equal(seen.isOfClass, true)
  assert.match(seen.challenge, /^Bearer /)
  assert.equal(seen.unmarked[1], true)
  assert.ok(['xhr', 'fetch'].includes(seen.unmarked[0]), 'the config shows the adapter that the caller asked for')
  assert.equal(seen.again, 401)
  const counted = await backend.counters()
  // Twice, and once more for the config that says that it has been sent twice.
  assert.deepEqual([counted.byPath['GET /api/profile'], counted.refreshes], [3, 1])
})

everywhere('R1 who sets _retry gets the first 401', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.expire()
  const seen = await inPage(() => kit.seen(kit.api.get('/api/profile', { _retry: true })))
  assert.deepEqual([seen.isAxiosError, seen.status], [true, 401])
  const counted = await backend.counters()
  assert.deepEqual([counted.apiRequests, counted.refreshes], [1, 0])
})

everywhere('R3 a wrong password is no expired session, however the URL is put together', async ({ backend, inPage }) => {
  await inPage(() => kit.begin({ config: { baseURL: `${location.origin}/auth/` } }))
  const seen = await inPage(async () => {
    const wrong = { username: 'demo', password: 'wrong' }
    const spellings = ['login', '/login', './x/../login', 'login#here', `${location.origin}/auth/./login`]
    const calls = spellings.map((url) => kit.seen(kit.api.post(url, wrong, { params: { from: 'here' } })))
    return (await Promise.all(calls)).map(({ isAxiosError, status }) => [isAxiosError, status])
  })
  assert.deepEqual(seen, Array(5).fill([true, 401]))
  const counted = await backend.counters()
  assert.deepEqual([counted.loginsFailed, counted.refreshes], [5, 0])
})

everywhere('R5 the replay carries the same bytes, though the caller changes them meanwhile', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  const seen = await inPage(async () => {
    const bytes = () => new TextEncoder().encode('bytes as they were').buffer
    const form = () => {
      const form = new FormData()
      form.append('note', 'as it was')
      form.append('file', new Blob(['a file']), 'file.txt')
      return form
    }
    const bodies = {
      json: [() => ({ a: 1, list: ['ü', null] }), (body) => (body.a = 2)],
      text: [() => 'text', () => {}],
      bytes: [bytes, (body) => new Uint8Array(body).fill(0)],
      view: [() => new Uint8Array(bytes()), (body) => body.fill(0)],
      blob: [() => new Blob(['blob']), () => {}],
      parameters: [() => new URLSearchParams('a=1&b=2'), (body) => body.append('c', '3')],
      form: [form, (body) => body.append('more', 'later')],
    }
    const digest = ({ data: { sha256, bodySha256, bytes, parts } }) =>
      parts?.length ? parts.map(({ name, sha256 }) => name + sha256) : [sha256, bodySha256, bytes]
    const results = {}
    for (const [name, [make, change]] of Object.entries(bodies)) {
      const url = name === 'form' ? '/api/upload' : '/api/echo'
      const once = await kit.api.post(url, make())
      await kit.platformFetch('/playground/expire', { method: 'POST' })
      const body = make()
      // Once axios has begun, which takes it some microtasks.
      const twice = kit.api.post(url, body)
      await new Promise((resolve) => setTimeout(resolve))
      change(body)
      const answer = await twice
      results[name] = { same: String(digest(once)) === String(digest(answer)), _retry: answer.config._retry === true }
    }
    return results
  })
  for (const [name, result] of Object.entries(seen)) assert.deepEqual(result, { same: true, _retry: true }, name)
  assert.equal((await backend.counters()).refreshes, 7)
})

everywhere('R6 after a network error nothing is sent again', async ({ backend, inPage, page }) => {
  await inPage(() => kit.begin())
  await page.offline()
  const seen = await inPage(() => kit.seen(kit.api.get('/api/profile')))
  assert.deepEqual([seen.isAxiosError, seen.code, seen._retry], [true, 'ERR_NETWORK', false])
  await page.online()
  assert.equal((await backend.counters()).apiRequests, 0)
})

everywhere('R7 who gives up while waiting is told so by axios at once; the others go on', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.expire()
  await backend.set({ holdRefresh: true })
  await inPage(() => {
    const controller = new AbortController()
    const source = kit.axios.CancelToken.source()
    const waiting = kit.api.get('/api/items/1', { signal: controller.signal })
    const tokened = kit.api.get('/api/items/2', { cancelToken: source.token })
    const both = kit.api.get('/api/items/3', { cancelToken: kit.axios.CancelToken.source().token, signal: controller.signal })
    const other = kit.api.get('/api/items/4')
    Object.assign(kit.kept, { controller, source, given: [waiting, tokened, both].map(kit.seen), other: kit.seen(other) })
  })
  await backend.until(({ refreshesHeld, apiUnauthorized }) => refreshesHeld === 1 && apiUnauthorized === 4)
  const given = await inPage(async () => {
    const { controller, source, given } = kit.kept
    controller.abort('mine')
    source.cancel('enough')
    return Promise.all(given)
  })
  for (const { isCancel, name, code } of given) assert.deepEqual([isCancel, name, code], [true, 'CanceledError', 'ERR_CANCELED'])
  assert.equal(given[1].message, 'enough')
  await backend.release()
  assert.equal((await inPage(() => kit.kept.other)).status, 200)
  const counted = await backend.counters()
  assert.deepEqual([counted.refreshes, counted.byPath['GET /api/items/1']], [1, 1])
})

everywhere('R1 a 401 that the caller asked to be resolved is cured as well', async ({ backend, inPage }) => {
  await inPage(() => kit.begin({ config: { validateStatus: () => true } }))
  await backend.expire()
  const cured = await inPage(() => kit.seen(kit.api.get('/api/profile')))
  assert.deepEqual([cured.status, cured._retry], [200, true])
  await backend.set({ apiAlways401: true })
  const seen = await inPage(() => kit.seen(kit.api.get('/api/profile')))
  assert.deepEqual([seen.status, seen.isAxiosError], [401, undefined])
})

everywhere(
  'R2 an answer that is streamed is replayed and delivered unread',
  async ({ backend, inPage }) => {
    await inPage(() => kit.begin({ config: { responseType: 'stream' } }))
    await backend.expire()
    const read = async () => {
      const { data, config } = await kit.api.get('/api/stream')
      return { lines: (await new Response(data).text()).trim().split('\n').length, _retry: config._retry }
    }
    assert.deepEqual(await inPage(read), { lines: 5, _retry: true })
  },
  { adapters: ['fetch'] },
)
