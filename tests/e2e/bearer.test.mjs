import assert from 'node:assert/strict'
import { engine } from './harness/browser.mjs'
import { PAGE, startProvider } from './harness/provider.mjs'
import { startRecorder } from './harness/recorder.mjs'
import { scenario } from './harness/scenario.mjs'

const EXPIRIES = 100
const BOUND_EXPIRIES = 20
const CALLERS = 8

/** A page that keeps the tokens of a certified provider, and calls a resource that has them introspected. */
function withProvider(name, body, { provider: options, ...rest } = {}) {
  const open = async (stage) => {
    const provider = await startProvider(options)
    stage.t.after(() => provider.stop())
    await body({ ...stage, provider })
  }
  // The policy of the test pages lets them speak to their own origin alone.
  scenario(name, open, { switches: { csp: 'off' }, ...rest })
}

/** Signs a user in by the code flow; the page's client then has the tokens, and `kit.kept` the client. */
async function signIn({ provider, inPage }, options = {}) {
  const { tokenEndpoint, revocationEndpoint, resource, issuer } = provider
  const all = { mode: 'bearer', tokenEndpoint, revocationEndpoint, origins: [issuer], clientId: PAGE.clientId, ...options }
  const dpop = await inPage(
    async (options, resource) => {
      const { configure } = await kit.load()
      const client = configure(options)
      const told = (error) => ({ ...kit.told(error), error: error.error, description: error.error_description })
      kit.kept = { client, heard: kit.listen(client), resource, told }
      return options.dpop && client.prove(options.tokenEndpoint)
    },
    all,
    resource,
  )
  const tokens = await provider.signIn({ dpop })
  await inPage((tokens) => kit.kept.client.signIn(tokens), tokens)
  return tokens
}

/** So many calls of the resource at once: the status and what arrived of the body. */
const burst = async (callers) => {
  const { client, resource } = kit.kept
  const one = async () => {
    const response = await client.fetch(resource, { method: 'POST', body: 'bytes' })
    return [response.status, (await response.json()).bytes]
  }
  return Promise.all(Array.from({ length: callers }, one))
}

const renew = (provider, refresh_token) =>
  fetch(provider.tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: PAGE.clientId, refresh_token }),
  })

withProvider(`S1 K6 bearer: ${EXPIRIES} expiries under load, and no refresh token is sent twice`, async (stage) => {
  const { provider, inPage } = stage
  await signIn(stage)
  for (let expiry = 1; expiry <= EXPIRIES; expiry += 1) {
    provider.expire()
    const answers = await inPage(burst, CALLERS)
    assert.deepEqual(answers, Array(CALLERS).fill([200, 5]))
    assert.equal(provider.counts.refreshes, expiry)
  }
  const { refreshes, reuseDetected, grantsRevoked, resourceRefused } = provider.counts
  assert.deepEqual(
    { refreshes, reuseDetected, grantsRevoked, resourceRefused },
    { refreshes: EXPIRIES, reuseDetected: 0, grantsRevoked: 0, resourceRefused: EXPIRIES * CALLERS },
  )
})

withProvider('T4 K6 bearer: the provider\'s expires_in sets the timer, and no request meets an expired token', async (stage) => {
  const { provider, inPage } = stage
  await signIn(stage, { proactive: 'always' })
  // The provider counts whole seconds, so a token about to be replaced may be dead before its `expires_in` is over.
  await inPage(() => {
    const { client, resource } = kit.kept
    const renewed = kit.until(client.session, ({ generation }) => generation >= 3)
    kit.kept.answer = renewed.then(() => client.fetch(resource))
  })
  await provider.until(({ refreshes }) => refreshes === 2)
  const status = await inPage(async () => (await kit.kept.answer).status)
  assert.equal(status, 200)
  assert.deepEqual([provider.counts.reuseDetected, provider.counts.resourceRefused], [0, 0])
}, { provider: { accessTokenSeconds: 4 } })

withProvider('K6 bearer: after a lost answer the token is sent once more, and never a third time', async (stage) => {
  const { provider, inPage } = stage
  await signIn(stage)
  provider.dropTokenAnswers()
  const [lost, reused, after] = await inPage(async () => {
    const { client, told } = kit.kept
    const outcomes = []
    for (let time = 0; time < 3; time += 1) outcomes.push(await client.refresh().catch(told))
    return outcomes
  })
  assert.equal(lost.code, 'refresh_unavailable')
  // This provider gives no grace: the token whose answer was lost is used up, and the second try is reuse.
  assert.deepEqual([reused.code, reused.error], ['session_ended', 'invalid_grant'])
  assert.deepEqual([after.code, after.error], ['session_ended', 'invalid_grant'])
  const { refreshes, reuseDetected } = provider.counts
  assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 2, reuseDetected: 1 })
})

withProvider('K7 bearer: the provider sees the sign-out, and the tokens are dead', async (stage) => {
  const { provider, inPage } = stage
  const { refresh_token } = await signIn(stage)
  const end = await inPage(async () => {
    const { client, resource } = kit.kept
    const before = (await client.fetch(resource)).status
    await client.signOut()
    return [before, client.session.status, (await client.fetch(resource)).status]
  })
  assert.deepEqual(end, [200, 'signed_out', 401])
  assert.deepEqual([provider.counts.revocations, provider.counts.grantsRevoked], [1, 1])
  assert.equal((await renew(provider, refresh_token)).status, 400)
})

withProvider('K7 F5 bearer: a sign-out in the middle of a refresh revokes what that brings', async (stage) => {
  const { provider, inPage } = stage
  await signIn(stage)
  provider.hold()
  await inPage(() => {
    const { client, told } = kit.kept
    kit.kept.refreshed = client.refresh().catch(told)
  })
  await provider.until(({ held }) => held === 1)
  const given = await inPage(async () => {
    const { client, refreshed } = kit.kept
    kit.kept.signedOut = client.signOut()
    return [(await refreshed).code, client.session.status]
  })
  assert.deepEqual(given, ['session_ended', 'signed_out'])
  provider.release()
  const end = await inPage(async () => {
    const { client, signedOut, resource, heard } = kit.kept
    await signedOut
    return [client.session.status, (await client.fetch(resource)).status, heard.filter(([name]) => name === 'sessionend').length]
  })
  assert.deepEqual(end, ['signed_out', 401, 1])
  const { granted, revocations, grantsRevoked, reuseDetected } = provider.counts
  assert.deepEqual(
    { granted, revocations, grantsRevoked, reuseDetected },
    { granted: 2, revocations: 1, grantsRevoked: 1, reuseDetected: 0 },
  )
})

withProvider('F2 bearer: invalid_grant ends the session once, with the provider\'s words', async (stage) => {
  const { provider, inPage } = stage
  const { refresh_token } = await signIn(stage)
  const body = new URLSearchParams({ token: refresh_token, client_id: PAGE.clientId })
  await fetch(provider.revocationEndpoint, { method: 'POST', body })
  const { statuses, error, heard } = await inPage(async () => {
    const { client, resource, told, heard } = kit.kept
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.fetch(resource)))
    return { statuses: answers.map(({ status }) => status), error: await client.refresh().catch(told), heard }
  })
  assert.deepEqual(statuses, Array(5).fill(401))
  assert.deepEqual([error.code, error.error], ['session_ended', 'invalid_grant'])
  assert.match(error.description, /grant/)
  assert.deepEqual(heard.filter(([name]) => name === 'sessionend'), [['sessionend', { reason: 'rejected' }]])
  assert.equal(provider.counts.refreshes, 1)
})

const json = { 'Content-Type': 'application/json' }
const html = { 'Content-Type': 'text/html' }
const half = { headers: json, body: '{"access_token":"hunter2' }
const said = (error, description) => ({ headers: json, body: JSON.stringify({ error, error_description: description }) })
const misconfigured = { code: 'refresh_misconfigured' }
const unavailable = { code: 'refresh_unavailable' }
const unreachable = { ...unavailable, cause: 'TypeError' }

/** One call over an expired token while the refresh is answered so. */
async function tryOne({ provider, inPage, ...stage }, status, answer, options) {
  await signIn({ provider, inPage, ...stage }, options)
  provider.refuseTokenRequest(status, answer)
  provider.expire()
  return inPage(async () => {
    const { client, resource, told } = kit.kept
    const one = async () => {
      const { status } = await client.fetch(resource)
      return { status }
    }
    const outcome = await one().catch(told)
    return { outcome, status: client.session.status }
  })
}

for (const [name, status, answer, expected, options] of [
  ['400 invalid_scope', 400, said('invalid_scope', 'None.'), { ...misconfigured, error: 'invalid_scope', description: 'None.' }],
  ['400 and nothing else', 400, {}, misconfigured],
  ['401 invalid_client', 401, said('invalid_client'), { ...misconfigured, error: 'invalid_client' }],
  ['403', 403, said('access_denied'), { ...misconfigured, error: 'access_denied' }],
  ['404', 404, { headers: html, body: '<p>Not found</p>' }, misconfigured],
  ['405', 405, { headers: { Allow: 'GET' } }, misconfigured],
  ['415', 415, {}, misconfigured],
  ['HTML', 200, { headers: html, body: '<p>Sign in</p>' }, misconfigured],
  ['broken JSON', 200, half, misconfigured],
  ['JSON without a token', 200, { headers: json, body: '{"expires_in":300}' }, misconfigured],
  ['nothing', 204, {}, misconfigured],
  ['an error in a 200', 200, said('bad_code'), { ...misconfigured, error: 'bad_code' }],
  ['408', 408, {}, unavailable],
  ['409', 409, {}, unavailable],
  ['425', 425, {}, unavailable],
  ['429 with Retry-After', 429, { headers: { 'Retry-After': '9' } }, { ...unavailable, retryAfter: 9 }],
  ['500', 500, said('server_error'), { ...unavailable, error: 'server_error' }],
  ['503 with Retry-After', 503, { headers: { 'Retry-After': '7' } }, { ...unavailable, retryAfter: 7 }],
  ['a connection that is cut', undefined, { end: 'cut' }, unreachable],
  ['JSON that is cut', 200, { ...half, end: 'cut' }, engine.lacks.noticingCuts ? misconfigured : unreachable],
  ['nothing within its deadline', undefined, { end: 'never' }, unavailable, { refreshTimeout: 1 }],
  ['half of it within its deadline', 200, { ...half, end: 'never' }, unavailable, { refreshTimeout: 1 }],
]) {
  withProvider(`F1 bearer: a refresh answered with ${name} is told apart, and the next one heals it`, async (stage) => {
    const { provider, inPage } = stage
    const { outcome, status: kept } = await tryOne(stage, status, answer, options)
    for (const [member, value] of Object.entries(expected)) assert.equal(outcome[member], value)
    assert.deepEqual([outcome.status, outcome.bodyUsed], [401, false], 'the 401 is in the error')
    assert.ok(outcome.message.includes(provider.tokenEndpoint) && !outcome.message.includes('hunter2'), outcome.message)
    assert.equal(kept, 'active')
    const healed = await inPage(async () => {
      await kit.kept.client.refresh()
      return (await kit.kept.client.fetch(kit.kept.resource)).status
    })
    assert.equal(healed, 200)
    assert.deepEqual([provider.counts.tokenRequests, provider.counts.reuseDetected], [3, 0])
  })
}

for (const [name, status, answer, words] of [
  ['400 invalid_grant', 400, said('invalid_grant', 'It is gone.'), ['invalid_grant', 'It is gone.']],
  ['401 invalid_grant', 401, said('invalid_grant'), ['invalid_grant', undefined]],
  ['invalid_grant in a 200', 200, said('invalid_grant'), ['invalid_grant', undefined]],
  ['a redirect', 302, { headers: { Location: '/resource' } }, [undefined, undefined]],
]) {
  withProvider(`F2 bearer: a refresh answered with ${name} ends the session, and is not asked for again`, async (stage) => {
    const { provider, inPage } = stage
    assert.deepEqual(await tryOne(stage, status, answer), { outcome: { status: 401 }, status: 'ended' })
    const { error, heard } = await inPage(async () => {
      const { client, resource, told, heard } = kit.kept
      await client.fetch(resource)
      return { error: await client.refresh().catch(told), heard }
    })
    assert.deepEqual([error.code, error.error, error.description], ['session_ended', ...words])
    assert.deepEqual(heard.filter(([name]) => name === 'sessionend'), [['sessionend', { reason: 'rejected' }]])
    const { tokenRequests, resourceRequests } = provider.counts
    // The browser asked ahead for the first one, with a token in it (CORS); a redirect that is followed would be one more.
    assert.deepEqual({ tokenRequests, resourceRequests }, { tokenRequests: 2, resourceRequests: 3 })
  })
}

withProvider('K1 K4 bearer: no token is in events, errors, storage, cookies or the page', async (stage) => {
  const { provider, inPage, page } = stage
  const tokens = await signIn(stage, { debug: true })
  provider.expire()
  const seen = await inPage(async () => {
    const { client, resource, told, heard } = kit.kept
    await client.fetch(resource)
    const refreshed = await client.refresh()
    await client.signOut()
    const error = await client.refresh().catch(told)
    const databases = (await indexedDB.databases?.()) ?? []
    const caches = (await globalThis.caches?.keys()) ?? []
    const stored = { ...localStorage, ...sessionStorage, databases, caches, cookie: document.cookie }
    return JSON.stringify([heard, refreshed, error, stored, location.href, document.documentElement.outerHTML])
  })
  assert.ok(provider.issued.has(tokens.refresh_token) && provider.counts.granted === 3, 'it knows what to look for')
  const all = seen + JSON.stringify(await page.cookies())
  for (const token of provider.issued) assert.ok(!all.includes(token), 'the page shows a token')
})

withProvider('S1 K6 DPoP: the provider and its resource check every proof, and want nonces from the middle on', async (stage) => {
  const { provider, inPage } = stage
  const { token_type, refresh_token, access_token } = await signIn(stage, { dpop: true })
  assert.equal(token_type, 'DPoP')
  for (let expiry = 1; expiry <= BOUND_EXPIRIES; expiry += 1) {
    provider.requireNonce = expiry > BOUND_EXPIRIES / 2
    provider.expire()
    assert.deepEqual(await inPage(burst, CALLERS), Array(CALLERS).fill([200, 5]))
  }
  const { granted, reuseDetected, grantsRevoked } = provider.counts
  assert.deepEqual({ granted, reuseDetected, grantsRevoked }, { granted: 1 + BOUND_EXPIRIES, reuseDetected: 0, grantsRevoked: 0 })
  // What is stolen is of no use without the key.
  for (const scheme of ['DPoP', 'Bearer']) {
    const headers = { Authorization: `${scheme} ${access_token}` }
    assert.equal((await fetch(provider.resource, { headers })).status, 401)
  }
  assert.equal((await renew(provider, refresh_token)).status, 400)

  const end = await inPage(async () => {
    const { client, heard } = kit.kept
    await client.signOut()
    return [client.session.status, heard.filter(([name, { phase }]) => name === 'refresh' && phase === 'success').length]
  })
  assert.deepEqual(end, ['signed_out', BOUND_EXPIRIES])
  assert.equal(provider.counts.revocations, 1)
})

withProvider('R1 DPoP: a nonce costs one send of the resource and one of the provider, once', async (stage) => {
  const { provider, inPage } = stage
  await signIn(stage, { dpop: true })
  provider.requireNonce = true
  const call = async () => (await kit.kept.client.fetch(kit.kept.resource)).status
  const refresh = async () => (await kit.kept.client.refresh()).status
  const { tokenRequests: before } = provider.counts
  // The provider and its resource are of one origin; each gives nonces of its own, and neither is asked with the other's.
  for (let round = 1; round <= 3; round += 1) {
    assert.deepEqual([await inPage(call), provider.counts.resourceRefused], [200, 1])
    assert.deepEqual([await inPage(refresh), provider.counts.tokenRequests - before], ['active', round + 1])
  }
  assert.equal(provider.counts.reuseDetected, 0)
})

withProvider('R1 DPoP: the three steps, of another transport, go once more for a nonce', async (stage) => {
  const { provider, inPage } = stage
  await signIn(stage, { dpop: true })
  provider.requireNonce = true
  const seen = await inPage(async () => {
    const { client, resource } = kit.kept
    const once = async (ticket) => {
      const { headers } = await client.admit(ticket)
      const response = await kit.platformFetch(resource, { headers })
      return [response.status, await client.judge(ticket, response)]
    }
    const ticket = client.open(resource)
    return [await once(ticket), await once(ticket), await once(client.open(resource))]
  })
  assert.deepEqual(seen, [[401, 'retry'], [200, 'deliver'], [200, 'deliver']])
})

withProvider('K7 DPoP: a sign-out while a refresh is asked for a nonce revokes what that brings', async (stage) => {
  const { provider, inPage } = stage
  await signIn(stage, { dpop: true })
  provider.requireNonce = true
  provider.hold()
  await inPage(() => {
    const { client, told } = kit.kept
    kit.kept.refreshed = client.refresh().catch(told)
  })
  await provider.until(({ held }) => held === 1)
  await inPage(async () => {
    const { client, refreshed } = kit.kept
    kit.kept.signedOut = client.signOut()
    await refreshed
    // The next sign-in has a key of its own.
    await client.prove(kit.kept.resource)
  })
  provider.release()
  await inPage(() => kit.kept.signedOut)
  const { granted, revocations, grantsRevoked, reuseDetected } = provider.counts
  assert.deepEqual(
    { granted, revocations, grantsRevoked, reuseDetected },
    { granted: 2, revocations: 1, grantsRevoked: 1, reuseDetected: 0 },
  )
})

withProvider('K3 bearer: a <base> that is put into the page takes no token elsewhere', async (stage) => {
  const { backend, provider, inPage } = stage
  const { access_token, refresh_token } = await signIn(stage, { tokenEndpoint: '/oauth/token', revocationEndpoint: undefined })
  const elsewhere = await startRecorder()
  stage.t.after(() => elsewhere.stop())
  const codes = await inPage(async (href) => {
    document.head.prepend(Object.assign(document.createElement('base'), { href }))
    const { client, told } = kit.kept
    const refreshed = client.refresh().catch(told)
    await client.fetch('/api/profile')
    return [(await refreshed).code, document.baseURI === `${href}/`]
  }, elsewhere.origin)
  // The page's own server knows neither client nor token.
  assert.deepEqual(codes, ['refresh_misconfigured', true])
  assert.equal((await backend.counters()).byPath['POST /oauth/token'], 1)
  const all = JSON.stringify(elsewhere.requests)
  for (const token of [access_token, refresh_token]) assert.ok(!all.includes(token))
  assert.equal(provider.counts.refreshes, 0)
})
