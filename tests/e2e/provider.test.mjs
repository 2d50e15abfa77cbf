import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startBackend } from './harness/backend.mjs'
import { elsewhere } from './harness/browserless.mjs'
import { BACKEND, startProvider } from './harness/provider.mjs'
import { Visitor } from './harness/visitor.mjs'

const PATIENCE = 10_000
const POLL = 20

/** A test with a provider, a backend that is its client, and a browser without a screen. No other browser is needed. */
function scenario(name, body, { env, skip = elsewhere, ...options } = {}) {
  test(`provider: ${name}`, { skip }, async (t) => {
    const provider = await startProvider(options)
    t.after(() => provider.stop())
    const start = async (more) => {
      const backend = await startBackend({ env: { ...provider.environment, ...env, ...more } })
      t.after(() => backend.stop())
      return backend
    }
    const backend = await start()
    await body({ provider, backend, start, visitor: new Visitor(backend.origin), t })
  })
}

/** For what a server does after it has answered, and tells nobody. */
async function eventually(isSo) {
  for (const deadline = Date.now() + PATIENCE; !(await isSo()); await pause(POLL)) {
    if (Date.now() > deadline) throw new Error(`Not so: ${isSo}`)
  }
}

const statuses = (answers) => answers.map(({ status }) => status)
const error = (answer) => answer.json().error

scenario('a sign-in goes by code, PKCE, state and nonce, and comes back to where it began', async ({ provider, visitor }) => {
  const login = await visitor.get('/auth/login?return_to=/notes%3Ftab%3D2')
  const asked = new URL(login.headers.get('location'))
  assert.equal(asked.origin, provider.issuer)
  assert.equal(asked.searchParams.get('response_type'), 'code')
  assert.equal(asked.searchParams.get('code_challenge_method'), 'S256')
  assert.equal(asked.searchParams.get('code_challenge').length, 43)
  assert.ok(asked.searchParams.get('state') && asked.searchParams.get('nonce'))
  assert.match(asked.searchParams.get('scope'), /^openid( \w+)*$/)
  assert.equal(asked.searchParams.get('redirect_uri'), `${visitor.backend}/auth/callback`)

  const { url } = await visitor.signIn({ login: 'ann', returnTo: '/notes?tab=2#end' })
  assert.equal(url.href, `${visitor.backend}/notes?tab=2#end`)
  const session = (await visitor.get('/auth/session')).json()
  assert.equal(session.sub, 'ann')
  assert.ok(session.user.name.includes('ann'))
  assert.ok(session.expires_in > 290 && session.expires_in <= 300)
  const profile = (await visitor.get('/api/profile')).json()
  assert.deepEqual(profile.user, session.user)
  assert.equal((await visitor.get('/api/userinfo')).json().email, 'ann@example.com')
  assert.equal(provider.counts.codes, 1)
})

scenario('the session cookie is opaque and new at each sign-in', async ({ visitor }) => {
  const planted = 'f'.repeat(64)
  const victim = new Visitor(visitor.backend, [{ name: 'session', value: planted, path: '/' }])
  await victim.signIn()
  const cookie = victim.cookie('session')
  assert.match(cookie, /^[0-9a-f]{64}$/)
  assert.notEqual(cookie, planted)
  const line = victim.seen.find((text) => text.includes(`session=${cookie}`))
  assert.ok(line.includes(`session=${cookie}; HttpOnly; SameSite=Lax; Path=/`), line)
})

scenario('a sign-in over another ends that one, and takes nothing from its own', async ({ provider, visitor }) => {
  await visitor.signIn({ login: 'ann' })
  const before = visitor.clone()
  await visitor.signIn({ login: 'ann' })
  assert.notEqual(visitor.cookie('session'), before.cookie('session'))
  await eventually(async () => (await before.get('/auth/session')).status === 401)
  // To this provider both sessions are one grant of Ann's, so nothing may have been revoked.
  assert.equal((await visitor.post('/auth/refresh')).status, 200)
  assert.equal(provider.counts.revocations, 0)

  const anns = visitor.clone()
  visitor.forget('_session')
  await visitor.signIn({ login: 'bob' })
  await eventually(async () => (await anns.get('/auth/session')).status === 401)
  await provider.until((counts) => counts.revocations === 1)
  assert.equal((await visitor.get('/auth/session')).json().sub, 'bob')
  assert.equal((await visitor.post('/auth/refresh')).status, 200)
})

scenario('a refresh rotates, and answers with an expiry', async ({ provider, backend, visitor }) => {
  await visitor.signIn()
  for (let round = 1; round <= 5; round += 1) {
    await backend.expire()
    const expired = await visitor.get('/api/userinfo')
    assert.equal(expired.status, 401)
    assert.match(expired.headers.get('www-authenticate'), /^Bearer .*error="invalid_token"/)
    assert.equal((await visitor.get('/auth/session')).status, 401)
    const refreshed = await visitor.post('/auth/refresh')
    assert.equal(refreshed.status, 200)
    assert.deepEqual(Object.keys(refreshed.json()), ['expires_in'])
    assert.ok(refreshed.json().expires_in > 290)
    assert.equal((await visitor.get('/api/userinfo')).status, 200)
    assert.equal(provider.counts.refreshes, round)
  }
  assert.equal(provider.counts.reuseDetected, 0)
  assert.equal((await backend.counters()).refreshesOk, 5)
})

scenario('no token is in any answer, cookie or log', async ({ provider, backend, visitor }) => {
  await visitor.signIn()
  await visitor.post('/auth/refresh')
  for (const path of ['/auth/session', '/api/profile', '/api/userinfo', '/api/echo']) await visitor.get(path)
  provider.refuseTokenRequest(400, { body: '{"error":"invalid_request","error_description":"why"}' })
  await visitor.post('/auth/refresh')
  await visitor.post('/auth/logout')
  assert.equal(provider.counts.granted, 2)
  assert.ok(provider.issued.size >= 5, 'two access tokens, two refresh tokens, an ID token')
  const noted = [JSON.stringify(await backend.log()), JSON.stringify(await backend.counters())]
  // The code and the state of the sign-in were in a query.
  assert.ok(noted.every((text) => text.includes('/auth/callback') && !text.includes('?')))
  const seen = [...visitor.seen, ...noted].join('\n')
  for (const secret of [...provider.issued, BACKEND.clientSecret]) assert.ok(!seen.includes(secret))
})

scenario('twenty concurrent refreshes of one session are one token request', async ({ provider, backend, visitor }) => {
  await visitor.signIn()
  provider.hold()
  const answers = Array.from({ length: 20 }, () => visitor.post('/auth/refresh'))
  await backend.until((counters) => counters.refreshes === 20)
  await provider.until((counts) => counts.held === 1)
  provider.release()
  assert.deepEqual(statuses(await Promise.all(answers)), Array(20).fill(200))
  assert.equal(provider.counts.refreshes, 1)
  assert.equal((await visitor.get('/api/userinfo')).status, 200)
})

scenario('who waits for a refresh shares its failure too', async ({ provider, backend, visitor }) => {
  await visitor.signIn()
  provider.hold()
  provider.refuseTokenRequest(503, { headers: { 'Retry-After': '17' } })
  const answers = Array.from({ length: 5 }, () => visitor.post('/auth/refresh'))
  await backend.until((counters) => counters.refreshes === 5)
  await provider.until((counts) => counts.held === 1)
  provider.release()
  for (const answer of await Promise.all(answers)) {
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get('retry-after'), '17')
  }
  assert.equal(provider.counts.tokenRequests, 2, 'the code, and one refresh')
})

scenario('a browser that leaves in the middle of a refresh loses no token', async ({ provider, visitor }) => {
  await visitor.signIn()
  provider.hold()
  const leaving = new AbortController()
  const left = fetch(`${visitor.backend}/auth/refresh`, {
    method: 'POST',
    signal: leaving.signal,
    headers: { Cookie: `session=${visitor.cookie('session')}; XSRF-TOKEN=x`, 'X-XSRF-TOKEN': 'x' },
  })
  await provider.until((counts) => counts.held === 1)
  leaving.abort()
  await assert.rejects(left, { name: 'AbortError' })
  provider.release()
  await provider.until((counts) => counts.granted === 2)
  assert.equal((await visitor.post('/auth/refresh')).status, 200)
  assert.equal(provider.counts.reuseDetected, 0)
})

scenario('a lost answer is not now, and then the provider decides', async ({ provider, visitor }) => {
  await visitor.signIn()
  provider.dropTokenAnswers()
  const lost = await visitor.post('/auth/refresh')
  assert.equal(lost.status, 503)
  assert.equal((await visitor.get('/auth/session')).status, 200)
  // The token is sent once more; this provider has no grace and takes that for a theft.
  const refused = await visitor.post('/auth/refresh')
  assert.equal(refused.status, 401)
  assert.equal(error(refused), 'invalid_grant')
  assert.equal(provider.counts.reuseDetected, 1)
  assert.equal((await visitor.post('/auth/refresh')).status, 401)
  assert.equal(provider.counts.refreshes, 2, 'a session that has ended is not asked for')
})

scenario('invalid_grant ends the session and leaves the cookie alone', async ({ provider, visitor }) => {
  await visitor.signIn()
  provider.refuseTokenRequest(400, {
    headers: { 'Content-Type': 'application/json' },
    body: '{"error":"invalid_grant"}',
  })
  const refused = await visitor.post('/auth/refresh')
  assert.equal(refused.status, 401)
  assert.equal(error(refused), 'invalid_grant')
  assert.deepEqual(refused.headers.getSetCookie(), [])
  assert.equal((await visitor.get('/auth/session')).status, 401)
  assert.equal((await visitor.get('/api/profile')).status, 401)
})

scenario('a refresh without a session is a definite no', async ({ provider, visitor }) => {
  await visitor.get('/auth/session')
  const refused = await visitor.post('/auth/refresh')
  assert.equal(refused.status, 401)
  assert.equal(error(refused), 'invalid_grant')
  assert.equal(provider.counts.tokenRequests, 0)
})

scenario('a provider that is down, busy or broken keeps the session', async ({ provider, visitor }) => {
  await visitor.signIn()
  await provider.goDown()
  assert.equal((await visitor.post('/auth/refresh')).status, 503)
  await provider.comeBack()
  const date = 'Fri, 31 Dec 2999 23:59:59 GMT'
  for (const status of [408, 409, 425, 429, 500, 502, 503, 504]) {
    provider.refuseTokenRequest(status, { headers: { 'Retry-After': date }, body: '<h1>Not now</h1>' })
    const answer = await visitor.post('/auth/refresh')
    assert.equal(answer.status, 503, `${status}`)
    assert.equal(error(answer), 'temporarily_unavailable')
    assert.equal(answer.headers.get('retry-after'), date)
  }
  assert.equal((await visitor.post('/auth/refresh')).status, 200)
})

scenario('what no correct set-up answers is told as that', async ({ provider, visitor }) => {
  await visitor.signIn()
  const json = { 'Content-Type': 'application/json' }
  const cases = [
    [401, json, '{"error":"invalid_client"}', 401, 'invalid_client'],
    [400, json, '{"error":"unauthorized_client"}', 400, 'unauthorized_client'],
    [400, json, '{"error":"invalid_scope"}', 400, 'invalid_scope'],
    [400, json, '{"error":"something_of_theirs"}', 400, 'provider_misconfigured'],
    [200, { 'Content-Type': 'text/html' }, '<h1>Sign in</h1>', 400, 'provider_misconfigured'],
    [200, json, '{"token_type":"bearer"}', 400, 'provider_misconfigured'],
    [404, {}, '', 400, 'provider_misconfigured'],
    // A client that follows it sends everything once more, the secret too.
    [307, { Location: provider.tokenEndpoint }, '', 400, 'provider_misconfigured'],
  ]
  for (const [status, headers, body, told, code] of cases) {
    provider.refuseTokenRequest(status, { headers, body })
    const answer = await visitor.post('/auth/refresh')
    assert.deepEqual([answer.status, error(answer)], [told, code], `${status} ${body}`)
  }
  assert.equal(provider.counts.tokenRequests, 1 + cases.length, 'no redirect was followed')
  assert.equal((await visitor.post('/auth/refresh')).status, 200)
})

scenario('a wrong secret is told as invalid_client', async ({ start }) => {
  const store = `sqlite://${join(await folder(), 'sessions.db')}`
  const right = await start({ SESSION_STORE: store })
  const wrong = await start({ SESSION_STORE: store, OAUTH_CLIENT_SECRET: 'not it' })
  const signedIn = new Visitor(right.origin)
  await signedIn.signIn()
  signedIn.backend = wrong.origin
  const answer = await signedIn.post('/auth/refresh')
  assert.deepEqual([answer.status, error(answer)], [401, 'invalid_client'])
  assert.match(answer.json().error_description, /OAUTH_CLIENT_SECRET/)
  signedIn.backend = right.origin
  assert.equal((await signedIn.post('/auth/refresh')).status, 200)
})

scenario('a sign-out revokes, and ends the session', async ({ provider, visitor }) => {
  await visitor.signIn()
  const copy = visitor.clone()
  const answer = await visitor.post('/auth/logout')
  assert.equal(answer.status, 204)
  assert.equal(visitor.cookie('session'), undefined)
  assert.equal(provider.counts.revocations, 1)
  assert.equal(provider.counts.grantsRevoked, 1)
  assert.equal((await copy.get('/auth/session')).status, 401)
  assert.equal((await copy.post('/auth/refresh')).status, 401)
  assert.equal((await visitor.post('/auth/logout')).status, 204, 'twice is no matter')
})

scenario('a sign-out works with an expired token, and without the provider', async ({ provider, backend, visitor }) => {
  await visitor.signIn()
  const copy = visitor.clone()
  await backend.expire()
  await provider.goDown()
  assert.equal((await visitor.post('/auth/logout')).status, 204)
  assert.equal(visitor.cookie('session'), undefined)
  assert.equal((await copy.post('/auth/refresh')).status, 401)
})

scenario('a sign-out during a refresh revokes what the refresh brings', async ({ provider, backend, visitor }) => {
  await visitor.signIn()
  const copy = visitor.clone()
  provider.hold()
  const refresh = copy.post('/auth/refresh')
  await provider.until((counts) => counts.held === 1)
  const logout = visitor.post('/auth/logout')
  await backend.until((counters) => counters.byPath['POST /auth/logout'] === 1)
  provider.release()
  assert.deepEqual(statuses(await Promise.all([refresh, logout])), [200, 204])
  assert.equal((await copy.get('/auth/session')).status, 401)
  assert.equal(provider.counts.revocations, 1)
  assert.equal(provider.counts.grantsRevoked, 1)
})

scenario('a refresh that ends after the sign-out brings nothing back', async ({ provider, visitor }) => {
  await visitor.signIn()
  const copy = visitor.clone()
  provider.hold()
  const refresh = copy.post('/auth/refresh')
  await provider.until((counts) => counts.held === 1)
  // It waits a while for the refresh, and then no longer.
  assert.equal((await visitor.post('/auth/logout')).status, 204)
  provider.release()
  assert.equal((await refresh).status, 401)
  assert.equal((await copy.get('/auth/session')).status, 401)
  assert.equal((await copy.post('/auth/refresh')).status, 401)
})

scenario('two processes over one file refresh once', async ({ provider, start }) => {
  await refreshOnce(provider, start, `sqlite://${join(await folder(), 'sessions.db')}`)
})

const server = process.env.PROVIDER_TEST_POSTGRES
scenario(
  'two processes over one PostgreSQL server refresh once',
  ({ provider, start }) => refreshOnce(provider, start, server),
  { skip: elsewhere || (!server && 'PROVIDER_TEST_POSTGRES does not name a server (postgres://user@host/database)') },
)

async function refreshOnce(provider, start, SESSION_STORE) {
  const [one, two] = [await start({ SESSION_STORE }), await start({ SESSION_STORE })]
  const visitor = new Visitor(one.origin)
  await visitor.signIn()
  const other = visitor.clone()
  other.backend = two.origin
  for (let round = 1; round <= 5; round += 1) {
    await Promise.all([one.forget(), two.forget()])
    provider.hold()
    const answers = [visitor, other].flatMap((browser) => Array.from({ length: 5 }, () => browser.post('/auth/refresh')))
    await Promise.all([one, two].map((backend) => backend.until((counters) => counters.refreshes === 5)))
    await provider.until((counts) => counts.held === round)
    // The other process is at the store by then, or will find that it was refreshed meanwhile.
    await Promise.all([visitor.get('/auth/session'), other.get('/auth/session')])
    provider.release()
    assert.deepEqual(statuses(await Promise.all(answers)), Array(10).fill(200))
    assert.equal(provider.counts.refreshes, round)
  }
  assert.equal(provider.counts.reuseDetected, 0)
  assert.equal((await other.get('/api/userinfo')).status, 200)
  assert.equal((await other.post('/auth/logout')).status, 204)
  assert.equal((await visitor.get('/auth/session')).status, 401)
}

scenario('a session in a file outlives the process; nobody else may read it', async ({ start }) => {
  const path = join(await folder(), 'sessions.db')
  const first = await start({ SESSION_STORE: `sqlite://${path}` })
  const visitor = new Visitor(first.origin)
  await visitor.signIn()
  await first.stop()
  if (process.platform !== 'win32') assert.equal((await stat(path)).mode & 0o777, 0o600)
  const second = await start({ SESSION_STORE: `sqlite://${path}` })
  visitor.backend = second.origin
  assert.equal((await visitor.get('/auth/session')).json().sub, 'ann')
  assert.equal((await visitor.post('/auth/refresh')).status, 200)
})

scenario('refresh and sign-out must repeat the CSRF cookie', async ({ provider, visitor }) => {
  await visitor.signIn()
  for (const path of ['/auth/refresh', '/auth/logout', '/auth/login']) {
    const forged = await visitor.post(path, { 'X-XSRF-TOKEN': '0'.repeat(64) })
    assert.deepEqual([forged.status, error(forged)], [403, 'csrf'], path)
  }
  assert.equal(provider.counts.refreshes + provider.counts.revocations, 0)
  assert.equal((await visitor.get('/auth/session')).status, 200)
})

scenario('a callback counts in the browser that began, once, and with its state', async ({ provider, visitor }) => {
  const isCallback = (url) => url.pathname === '/auth/callback'
  // Mallory's own sign-in, stopped before the last step, is handed to Ann as a link.
  const mallory = new Visitor(visitor.backend)
  await mallory.signIn({ login: 'mallory' })
  const { answer } = await mallory.follow('/auth/login', isCallback)
  const link = answer.headers.get('location')
  await visitor.get('/auth/session')
  const forged = await visitor.get(link)
  assert.deepEqual([forged.status, error(forged)], [400, 'sign_in_failed'])
  await visitor.get('/auth/login')
  const withCookie = await visitor.get(link)
  assert.equal(withCookie.status, 400, 'a cookie of another sign-in is not enough')
  assert.equal(visitor.cookie('session'), undefined)
  assert.equal(provider.counts.codes, 1)

  const tampered = new URL(link)
  tampered.searchParams.set('iss', 'https://elsewhere.example')
  const mixedUp = await mallory.clone().get(tampered)
  assert.equal(mixedUp.status, 400)
  assert.match(mixedUp.json().error_description, /RFC 9207/)
  const again = await mallory.get(link)
  assert.equal(again.status, 400, 'a state is good for one callback')
  assert.equal(provider.counts.codes, 1)
})

scenario('two tabs may sign in at the same time', async ({ provider, visitor }) => {
  await visitor.signIn()
  const isCallback = (url) => url.pathname === '/auth/callback'
  const tabs = []
  for (const path of ['/one', '/two']) {
    tabs.push(await visitor.follow(`/auth/login?return_to=${path}`, isCallback))
  }
  for (const [index, { answer }] of tabs.entries()) {
    const { url } = await visitor.follow(answer.headers.get('location'), ({ pathname }) => pathname.length === 4)
    assert.equal(url.pathname, ['/one', '/two'][index])
    assert.equal((await visitor.get('/auth/session')).status, 200)
  }
  assert.equal(provider.counts.codes, 3)
})

scenario('a sign-in that is called off leads back without a session', async ({ visitor }) => {
  const form = await visitor.follow('/auth/login?return_to=/welcome')
  const { url } = await visitor.follow(`${form.url}/abort`)
  assert.equal(url.href, `${visitor.backend}/welcome`)
  assert.equal(visitor.cookie('session'), undefined)
})

scenario('an open redirect is refused before anything is asked', async ({ visitor }) => {
  for (const evil of ['https://evil.example/', '//evil.example', '/\\evil.example', '/.//evil.example', '/\t/evil.example', '/auth/login', 'x']) {
    const answer = await visitor.get(`/auth/login?return_to=${encodeURIComponent(evil)}`)
    assert.equal(answer.status, 400, evil)
    assert.match(answer.json().error_description, /^return_to has to be a path/)
  }
})

scenario('a provider that was away at the start is found when it is back', async ({ provider, visitor }) => {
  await provider.goDown()
  const away = await visitor.get('/auth/login')
  assert.deepEqual([away.status, error(away)], [503, 'temporarily_unavailable'])
  await provider.comeBack()
  await eventually(async () => (await visitor.get('/auth/login')).status === 303)
})

scenario(
  'behind https the cookies are for this host alone, and there is no /playground',
  async ({ visitor }) => {
    const login = await visitor.get('/auth/login')
    const [cookie] = login.headers.getSetCookie()
    assert.match(cookie, /^__Host-sign_in=[0-9a-f]{64}; HttpOnly; SameSite=Lax; Secure; Path=\/; Max-Age=600/)
    const asked = new URL(login.headers.get('location')).searchParams
    assert.equal(asked.get('redirect_uri'), 'https://app.example.com/auth/callback')
    assert.equal(asked.get('scope'), 'openid api:read')
    assert.equal(asked.get('prompt'), 'select_account')
    for (const path of ['switches', 'counters', 'log']) {
      assert.equal((await visitor.get(`/playground/${path}`)).status, 404, path)
    }
    assert.equal((await visitor.post('/playground/end')).status, 404)
  },
  {
    env: {
      OAUTH_PUBLIC_URL: 'https://app.example.com',
      OAUTH_SCOPE: 'openid api:read',
      OAUTH_PARAMETERS: 'prompt=select_account',
    },
  },
)

const folders = []
async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-'))
  folders.push(path)
  return path
}
test.after(() => Promise.all(folders.map((path) => rm(path, { recursive: true, force: true }))))
