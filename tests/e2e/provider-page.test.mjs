import assert from 'node:assert/strict'
import { createHash, randomUUID, webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { elsewhere } from './harness/browserless.mjs'
import { PAGE, startProvider } from './harness/provider.mjs'

/** The provider as a page meets it that keeps its own tokens: what the tests of bearer mode rely on. */
function scenario(name, body, options) {
  test(`provider for a page: ${name}`, { skip: elsewhere }, async (t) => {
    const provider = await startProvider(options)
    t.after(() => provider.stop())
    await body(provider)
  })
}

const Origin = 'http://127.0.0.1:1'

function post(url, form, headers) {
  const body = new URLSearchParams({ client_id: PAGE.clientId, ...form })
  return fetch(url, { method: 'POST', headers: { Origin, ...headers }, body })
}
const renew = (provider, refresh_token, headers) =>
  post(provider.tokenEndpoint, { grant_type: 'refresh_token', refresh_token }, headers)
const ask = (provider, token, scheme = 'Bearer', headers) =>
  fetch(provider.resource, { headers: { Origin, Authorization: `${scheme} ${token}`, ...headers } })

scenario('tokens rotate, and a used one ends the grant', async (provider) => {
  const first = await provider.signIn({ login: 'ann' })
  assert.deepEqual(await (await ask(provider, first.access_token)).json(), { sub: 'ann', method: 'GET', bytes: 0 })
  const answer = await renew(provider, first.refresh_token)
  assert.equal(answer.headers.get('access-control-allow-origin'), Origin)
  const second = await answer.json()
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal((await ask(provider, second.access_token)).status, 200)
  const { error } = await (await renew(provider, first.refresh_token)).json()
  assert.equal(error, 'invalid_grant')
  const refused = await ask(provider, second.access_token)
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate'), /^Bearer .*error="invalid_token"/)
  const { tokenRequests, granted, refreshes, reuseDetected, introspections, resourceRefused } = provider.counts
  assert.deepEqual(
    { tokenRequests, granted, refreshes, reuseDetected, introspections, resourceRefused },
    { tokenRequests: 3, granted: 2, refreshes: 2, reuseDetected: 1, introspections: 3, resourceRefused: 1 },
  )
})

scenario('a token dies at the end of its life', async (provider) => {
  const { access_token, expires_in } = await provider.signIn()
  assert.equal(expires_in, 1)
  while ((await ask(provider, access_token)).ok);
  assert.equal(provider.counts.resourceRefused, 1)
}, { accessTokenSeconds: 1 })

scenario('a revocation ends the grant', async (provider) => {
  const { access_token, refresh_token } = await provider.signIn()
  const revoked = await post(provider.revocationEndpoint, { token: refresh_token })
  assert.equal(revoked.status, 200)
  assert.equal(revoked.headers.get('access-control-allow-origin'), Origin)
  assert.equal((await ask(provider, access_token)).status, 401)
  assert.deepEqual([provider.counts.revocations, provider.counts.grantsRevoked], [1, 1])
})

scenario('an answer is lost after the work; a refusal can be read by a page', async (provider) => {
  const { refresh_token } = await provider.signIn()
  provider.refuseTokenRequest(503, { headers: { 'Retry-After': '7' } })
  const refused = await renew(provider, refresh_token)
  assert.equal(refused.status, 503)
  assert.equal(refused.headers.get('access-control-allow-origin'), '*')
  provider.dropTokenAnswers()
  await assert.rejects(renew(provider, refresh_token))
  assert.equal(provider.counts.granted, 2)
  assert.equal((await renew(provider, refresh_token)).status, 400)
  assert.equal(provider.counts.reuseDetected, 1)
})

scenario('tokens bound to a key take a proof, and a nonce where it is asked for', async (provider) => {
  const key = await proofKey()
  const proof = (method, url, claims) => key.proof({ htm: method, htu: url, ...claims })
  const tokens = await provider.signIn({ dpop: await proof('POST', provider.tokenEndpoint) })
  assert.equal(tokens.token_type, 'DPoP')
  const ath = createHash('sha256').update(tokens.access_token).digest('base64url')
  const send = async (claims) => {
    const DPoP = await proof('GET', provider.resource, { ath, ...claims })
    return ask(provider, tokens.access_token, 'DPoP', { DPoP })
  }
  assert.equal((await send()).status, 200)
  assert.equal((await ask(provider, tokens.access_token)).status, 401, 'it is no bearer token')
  assert.equal((await send({ ath: undefined })).status, 401)
  assert.equal((await send({ htm: 'POST' })).status, 401)
  const stranger = await proofKey()
  const stolen = await stranger.proof({ htm: 'GET', htu: provider.resource, ath })
  assert.equal((await ask(provider, tokens.access_token, 'DPoP', { DPoP: stolen })).status, 401)
  assert.equal((await renew(provider, tokens.refresh_token)).status, 400, 'the refresh token is bound as well')

  provider.requireNonce = true
  const asked = await send()
  assert.match(asked.headers.get('www-authenticate'), /error="use_dpop_nonce"/)
  assert.equal((await send({ nonce: asked.headers.get('dpop-nonce') })).status, 200)
  const without = await renew(provider, tokens.refresh_token, { DPoP: await proof('POST', provider.tokenEndpoint) })
  assert.equal((await without.json()).error, 'use_dpop_nonce')
  const nonce = without.headers.get('dpop-nonce')
  const DPoP = await proof('POST', provider.tokenEndpoint, { nonce })
  assert.equal((await renew(provider, tokens.refresh_token, { DPoP })).status, 200)
})

async function proofKey() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { privateKey, publicKey } = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', publicKey)
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    async proof(claims) {
      const head = part({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
      const payload = part({ jti: randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims })
      const signature = await webcrypto.subtle.sign(algorithm, privateKey, Buffer.from(`${head}.${payload}`))
      return `${head}.${payload}.${Buffer.from(signature).toString('base64url')}`
    },
  }
}
