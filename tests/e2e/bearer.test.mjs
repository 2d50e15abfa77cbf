import assert from 'node:assert/strict'
import { PAGE, startProvider } from './harness/provider.mjs'
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
  await provider.until(({ refreshes }) => refreshes === 2)
  assert.equal(await inPage(async () => (await kit.kept.client.fetch(kit.kept.resource)).status), 200)
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
for (const [name, status, answer, expected] of [
  ['invalid_client', 401, { headers: json, body: '{"error":"invalid_client"}' }, { code: 'refresh_misconfigured', error: 'invalid_client' }],
  ['503 with Retry-After', 503, { headers: { 'Retry-After': '7' } }, { code: 'refresh_unavailable', retryAfter: 7 }],
  ['HTML', 200, { headers: { 'Content-Type': 'text/html' }, body: '<p>Sign in</p>' }, { code: 'refresh_misconfigured' }],
  ['broken JSON', 200, { headers: json, body: '{"access_token":"hunter2' }, { code: 'refresh_misconfigured' }],
  ['JSON without a token', 200, { headers: json, body: '{"expires_in":300}' }, { code: 'refresh_misconfigured' }],
]) {
  withProvider(`F1 bearer: a refresh answered with ${name} is told apart, and the next one heals it`, async (stage) => {
    const { provider, inPage } = stage
    await signIn(stage)
    provider.refuseTokenRequest(status, answer)
    provider.expire()
    const { failed, kept, healed } = await inPage(async () => {
      const { client, resource, told } = kit.kept
      const failed = await client.fetch(resource).catch(told)
      const kept = client.session.status
      await client.refresh()
      return { failed, kept, healed: (await client.fetch(resource)).status }
    })
    for (const [member, value] of Object.entries(expected)) assert.equal(failed[member], value)
    assert.deepEqual([failed.status, failed.bodyUsed], [401, false], 'the 401 is in the error')
    assert.ok(!failed.message.includes('hunter2'), failed.message)
    assert.deepEqual([kept, healed], ['active', 200])
    assert.equal(provider.counts.reuseDetected, 0)
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
  assert.deepEqual([await inPage(call), provider.counts.resourceRefused], [200, 1])
  assert.deepEqual([await inPage(call), provider.counts.resourceRefused], [200, 1])
  const before = provider.counts.tokenRequests
  assert.deepEqual([await inPage(refresh), provider.counts.tokenRequests - before], ['active', 2])
  assert.deepEqual([await inPage(refresh), provider.counts.tokenRequests - before], ['active', 3])
  assert.equal(provider.counts.reuseDetected, 0)
})
