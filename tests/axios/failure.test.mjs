import assert from 'node:assert/strict'
import { startRecorder } from '../e2e/harness/recorder.mjs'
import { everywhere } from './stage.mjs'

everywhere('F1 a 401 that could not be cured for a passing reason is no AxiosError', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.expire()
  await backend.set({ refreshAnswer: 'unavailable', retryAfter: '7' })
  const seen = await inPage(async () => {
    const error = await kit.api.get('/api/profile').catch((error) => error)
    return {
      ...(await kit.seen(Promise.reject(error))),
      url: error.config.url,
      request: error.response.config === error.config,
      session: kit.client.session.status,
    }
  })
  const { name, code, isAxiosError, status, data, retryAfter, url, request, session } = seen
  assert.deepEqual(
    { name, code, isAxiosError, status, data, retryAfter, url, request, session },
    {
      name: 'AuthError',
      code: 'refresh_unavailable',
      isAxiosError: false,
      status: 401,
      data: { error: 'invalid_token' },
      retryAfter: 7,
      url: '/api/profile',
      request: true,
      session: 'active',
    },
  )
})

everywhere('F2 a rejection ends the session once, and everybody gets their 401', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.end()
  const seen = await inPage(async () => {
    const first = await Promise.all([1, 2, 3].map((n) => kit.seen(kit.api.get(`/api/items/${n}`))))
    const later = await kit.seen(kit.api.get('/api/items/4'))
    return { calls: [...first, later], ends: kit.heard.filter(([name]) => name === 'sessionend') }
  })
  for (const { isAxiosError, status, code } of seen.calls) {
    assert.deepEqual([isAxiosError, status, code], [true, 401, 'ERR_BAD_REQUEST'])
  }
  assert.deepEqual(seen.ends, [['sessionend', { reason: 'rejected' }]])
  assert.equal((await backend.counters()).refreshes, 1)
})

everywhere('F2 after the end, a sign-in over axios is noticed, with its expiry, and 401s are cured again', async ({ backend, inPage }) => {
  await inPage(() => kit.begin())
  await backend.end()
  const seen = await inPage(async () => {
    await kit.seen(kit.api.get('/api/profile'))
    const before = kit.client.session.status
    const wrong = await kit.seen(kit.api.post('/auth/login', { username: 'demo', password: 'wrong' }))
    const between = kit.client.session.status
    await kit.api.post('/auth/login', { username: 'demo', password: 'demo' })
    const { status, expiresAt } = kit.client.session
    await kit.platformFetch('/playground/expire', { method: 'POST' })
    return [before, wrong.status, between, status, expiresAt > Date.now(), (await kit.seen(kit.api.get('/api/profile'))).status]
  })
  assert.deepEqual(seen, ['ended', 401, 'ended', 'active', true, 200])
})

everywhere('K2 the CSRF header goes along, read anew, unless the caller set it', async ({ backend, inPage }) => {
  // Without axios' own reading of the cookie.
  await inPage(() => kit.begin({ config: { withXSRFToken: false } }))
  const seen = await inPage(async () => {
    const token = document.cookie.split('; ').find((pair) => pair.startsWith('XSRF-TOKEN=')).slice('XSRF-TOKEN='.length)
    const sent = async (call) => (await call).data.headers['x-xsrf-token']
    const echo = '/api/echo'
    return {
      token,
      post: await sent(kit.api.post(echo, {})),
      get: await sent(kit.api.get(echo)),
      shown: (await kit.api.post(echo, {})).config.headers.has('X-XSRF-TOKEN'),
      own: (await kit.seen(kit.api.post(echo, {}, { headers: { 'x-xsrf-token': 'mine' } }))).status,
    }
  })
  assert.deepEqual(seen, { token: seen.token, post: seen.token, shown: false, own: 403 })
  assert.ok(seen.token)
})

everywhere(
  'K2 cookies go to a listed origin unless the caller says otherwise, and to no other',
  async ({ inPage, t }) => {
    const [listed, foreign] = [await startRecorder(), await startRecorder()]
    t.after(() => Promise.all([listed.stop(), foreign.stop()]))
    await inPage((origins) => kit.begin({ origins }), [listed.origin])
    await inPage(
      async (listed, foreign) => {
        const post = (url, config) => kit.api.post(url, { a: 1 }, config)
        await post(`${listed}/yes`)
        await post('/base', { baseURL: listed, params: { page: 2 } })
        await post(`${listed}/declined`, { withCredentials: false })
        await post(`${foreign}/no`)
        await post(`${foreign}/no`, { baseURL: listed })
        await post(foreign.replace('http://', '//'), { baseURL: listed })
      },
      listed.origin,
      foreign.origin,
    )
    const of = ({ requests }) =>
      requests.map(({ path, headers }) => [path, 'cookie' in headers, 'x-xsrf-token' in headers])
    assert.deepEqual(of(listed), [
      ['/yes', true, true],
      ['/base?page=2', true, true],
      ['/declined', false, true],
    ])
    assert.deepEqual(of(foreign), [
      ['/no', false, false],
      ['/no', false, false],
      ['/', false, false],
    ])
  },
  { switches: { csp: 'off' } },
)

everywhere(
  'K2 without absolute URLs, a request is taken for what it is sent to',
  async ({ inPage, t }) => {
    const [listed, foreign] = [await startRecorder(), await startRecorder()]
    t.after(() => Promise.all([listed.stop(), foreign.stop()]))
    await inPage(
      async (listed, foreign) => {
        await kit.begin({ origins: [listed] })
        const config = { baseURL: listed, allowAbsoluteUrls: false, params: { a: 1 } }
        await kit.api.post(`${foreign}/deep`, {}, config)
      },
      listed.origin,
      foreign.origin,
    )
    assert.deepEqual(foreign.requests, [])
    const [{ path, headers }] = listed.requests
    assert.deepEqual([path, 'x-xsrf-token' in headers], [`/${foreign.origin}/deep?a=1`, true])
  },
  // 1.8.2 has the option, and adapters that do not hear of it.
  { switches: { csp: 'off' }, versions: ['1.21', '1.8'] },
)
