// The package in an app of React Native, bundled by Metro and run on the Hermes VM over React Native's own fetch.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createApp } from './harness.mjs'

let app
let bundle
before(async () => {
  app = await createApp()
  bundle = await app.bundle('index.js')
})
after(() => app?.remove())

const scenario = (name, step, check) => test(name, async () => check(await app.run(bundle, step)))

/** Which files of the package are in a bundle. */
const taken = ({ modules }) => {
  const prefix = 'node_modules/oauth-refresh-wasm/'
  return modules.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)).sort()
}

test('Metro takes the entry for React Native, with the engine as plain JavaScript', () => {
  assert.deepEqual(taken(bundle), ['axios.cjs', 'js.cjs', 'native.cjs', 'react.cjs'])
})

test('the compiler that comes with React Native takes the bundle', () => app.compile(bundle))

test('without package exports, as Metro was before 0.82, it is the same', async () => {
  const change = (config) => ({ ...config, resolver: { ...config.resolver, unstable_enablePackageExports: false } })
  assert.deepEqual(taken(await app.bundle('entries.js', change)), ['js.cjs', 'native.cjs'])
})

scenario('importing does nothing and patches nothing', 'imported', (seen) => {
  assert.deepEqual(seen, {
    added: [],
    fetchIsKept: true,
    timers: [],
    requests: [],
    exported: ['AuthError', 'authedFetch', 'client', 'configure', 'createAuthClient', 'ready'],
  })
})

scenario('./js and ./url are the same instance', 'oneInstance', (seen) => assert.deepEqual(seen, [true, true]))

scenario('S1 R5 twenty callers: one refresh, each replayed with the same bytes', 'storm', (seen) => {
  assert.deepEqual(seen.statuses, Array(20).fill(200))
  assert.equal(seen.refreshes, 1)
  const once = Array.from({ length: 20 }, (_, n) => [`${n}`, `note ${n} ä€😀`])
  assert.deepEqual(seen.bodies, [...once, ...once])
  assert.equal(seen.included, true, 'the phone adds its cookies')
})

scenario('R1 R2 one replay, never a third send; the second 401 is the caller’s, unread', 'hopeless', (seen) => {
  assert.deepEqual(seen, {
    status: 401,
    bodyUsed: false,
    lines: ['GET /api/profile', 'POST /auth/refresh', 'GET /api/profile'],
  })
})

scenario('R3 a wrong password is no expired session; the right one starts it', 'login', (seen) => {
  const lines = ['POST /auth/login', 'POST /auth/login']
  assert.deepEqual(seen, { wrong: [401], right: [200], lines, status: 'active' })
})

scenario('T1 the timer refreshes ahead of expiry, once for each', 'timer', (seen) => {
  assert.deepEqual(seen, { early: 0, first: 1, second: 2 })
})

scenario('T3 AppState: nothing in the background, one refresh when the app comes back', 'appState', (seen) => {
  assert.deepEqual(seen, { hidden: 0, shown: 1, expiresIn: 400 })
})

scenario('T3 AppState: an app that is inactive can be seen', 'inactive', (refreshes) => assert.equal(refreshes, 1))

scenario('T2 T3 AppState: after a sleep, requests wait for the one refresh', 'slept', (seen) => {
  assert.deepEqual(seen, { statuses: [200, 200], lines: ['POST /auth/refresh', 'GET /api/a', 'GET /api/b'] })
})

scenario('F2 a rejection ends the session once, and everybody gets their 401', 'ended', (seen) => {
  assert.deepEqual(seen, {
    statuses: [401, 401, 401],
    later: [401],
    ended: ['rejected'],
    refreshes: 1,
    status: 'ended',
  })
})

scenario('F7 signing out tells the server, and nothing refreshes afterwards', 'signOut', (seen) => {
  assert.deepEqual(seen, {
    signedOut: 'signed_out',
    after: [401],
    lines: ['POST /auth/logout', 'GET /api/profile'],
    timers: [],
  })
})

scenario('a client that is disposed of gives its timer and AppState back', 'dispose', (seen) => {
  assert.deepEqual(seen.timers, [])
  assert.deepEqual(seen.listeners, [1, 0])
  assert.deepEqual([seen.refused.name, seen.refused.code], ['AuthError', 'disposed'])
  assert.deepEqual(seen.lines, [])
})

scenario('K2 K3 K6 K7 bearer mode: tokens go where they belong, rotate, and are revoked', 'bearer', (seen) => {
  assert.deepEqual([seen.good, seen.cured, seen.foreign], [[200], [200, 200], [401]])
  const form = (members) => ({ authorization: null, body: String(new URLSearchParams(members)), withCredentials: false })
  const api = (url, authorization) => ({ url, authorization, withCredentials: true })
  assert.deepEqual(seen.sent, [
    api('/api/1', 'Bearer one'),
    api('/api/2', 'Bearer one'),
    api('/api/3', 'Bearer one'),
    { url: '/token', ...form({ grant_type: 'refresh_token', refresh_token: 'first+/=&%', client_id: 'an app & more' }) },
    api('/api/2', 'Bearer two'),
    api('/api/3', 'Bearer two'),
    api('https://elsewhere.example/', null),
    { url: '/revoke', ...form({ token: 'second', client_id: 'an app & more' }) },
  ])
})

scenario('S1 bearer mode with a refresh of the app’s own, which keeps the token', 'stored', (seen) => {
  assert.deepEqual(seen.statuses, [200, 200])
  assert.equal(seen.store.refresh_token, 'after of%20the%20last%20time')
  assert.deepEqual(seen.lines, ['GET /api/a', 'GET /api/b', 'POST /token', 'GET /api/a', 'GET /api/b'])
})

scenario('wrong options are AuthErrors that name the field and the cure', 'options', (seen) => {
  for (const name of ['unknown', 'text', 'range', 'secret', 'dpop']) {
    const { isAuthError, isError, code } = seen[name]
    assert.deepEqual([isAuthError, isError, code], [true, true, 'invalid_options'], name)
  }
  assert.match(seen.unknown.message, /refreshUrl .* did you mean refreshURL/)
  assert.match(seen.text.message, /^größe €😀\u07ff\uffee\u{10ffff} \(a number\) is not an option/u, 'Hermes has no codec for text; ours is right')
  assert.match(seen.range.message, /refreshTimeout: .* accepted: seconds/)
  assert.match(seen.secret.message, /clientSecret .* backend/)
  assert.match(seen.dpop.message, /dpop: .* WebCrypto/)
  assert.deepEqual(seen.lines, ['GET /api/relative'], 'without an origin, fetch has what is relative')
})

scenario('R7 who aborts while a refresh is awaited is told so at once; the others go on', 'abort', (seen) => {
  assert.equal(seen.aborted.name, 'AbortError')
  assert.deepEqual([seen.two, seen.refreshes], [200, 1])
  assert.equal(seen.late[0].name, 'AbortError')
})

scenario('R5 what React Native takes as a body is replayed with the same bytes', 'bodies', (seen) => {
  assert.deepEqual([seen.statuses, seen.requests], [[200, 200], [200, 200]])
  const first = [
    ['POST', 'form', 'name=value', null],
    ['PUT', 'text', 'text', 'kept'],
  ]
  const second = [
    ['POST', 'whole', 'of a Request', null],
    ['POST', 'relative', 'of a relative one', 'kept'],
  ]
  assert.deepEqual(seen.sent, [...first, ...first, ...second, ...second])
})

scenario('exclude: patterns and regular expressions, though React Native’s URL adds a slash', 'exclude', (seen) => {
  assert.deepEqual(seen, { statuses: [401, 401], refreshes: 0 })
})

scenario('F1 F3 a network that is lost ends nothing, and coming back tries again', 'offline', (seen) => {
  const { name, code, status } = seen.failed
  assert.deepEqual([name, code, status], ['AuthError', 'refresh_unavailable', 401])
  assert.deepEqual([seen.cured, seen.status, seen.refreshes], [[200], 'active', 1])
})

scenario('the three steps for another transport', 'steps', (seen) => {
  assert.deepEqual(seen, { verdict: 'retry', again: true, last: 'deliver', refreshes: 1 })
})

scenario('interceptors see the request once, and whether it was replayed', 'interceptors', (seen) => {
  assert.deepEqual(seen, { status: 200, retried: true, seen: [false], traced: ['ä', 'ä'] })
})

scenario('S1 R5 axios over XMLHttpRequest: one refresh together with authedFetch, and detach() ends that', 'axios', (seen) => {
  assert.deepEqual(seen.statuses, [200, 200, 200, 200])
  assert.equal(seen.retried, true)
  assert.deepEqual(seen.wrong, [['AxiosError', 401]])
  assert.deepEqual([seen.without, seen.refreshes], [[401], 1])
  const once = [1, 2, 3].map((n) => JSON.stringify({ n }))
  assert.deepEqual(seen.bodies, [...once, ...once])
})

scenario('React: useSession shows the session of the same client', 'react', (seen) => {
  assert.deepEqual(seen, ['unknown', 'active', 'signed_out'])
})
