import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { OAuth2Server } from 'oauth2-mock-server'
import { startBackend } from './harness/backend.mjs'
import { elsewhere } from './harness/browserless.mjs'
import { Visitor } from './harness/visitor.mjs'

/**
 * A test with a provider that can be made to lie. It accepts any code and refresh token, so it judges nothing; what
 * the backend makes of its answers is what counts.
 */
function scenario(name, body) {
  test(`a provider's fault: ${name}`, { skip: elsewhere }, async (t) => {
    const provider = new OAuth2Server()
    await provider.issuer.keys.generate('RS256')
    await provider.start(0, '127.0.0.1')
    t.after(() => provider.stop())
    const backend = await startBackend({
      env: {
        OAUTH_ISSUER: provider.issuer.url,
        OAUTH_CLIENT_ID: 'app',
        OAUTH_CLIENT_SECRET: 'secret',
        NO_PROXY: '127.0.0.1',
      },
    })
    t.after(() => backend.stop())
    await body({ provider, service: provider.service, visitor: new Visitor(backend.origin) })
  })
}

async function signIn(visitor) {
  await visitor.get('/auth/session')
  return (await visitor.follow('/auth/login', ({ pathname }) => pathname === '/')).answer
}

scenario('none, for comparison', async ({ visitor }) => {
  assert.equal((await signIn(visitor)).status, 303)
  assert.equal((await visitor.get('/auth/session')).json().sub, 'johndoe')
})

// The second token that is signed at a sign-in is the ID token.
const lies = {
  'another nonce': (token) => (token.payload.nonce = 'of another sign-in'),
  'no nonce': (token) => delete token.payload.nonce,
  'another audience': (token) => (token.payload.aud = 'another-app'),
  'another issuer': (token) => (token.payload.iss = 'https://elsewhere.example'),
  'an expiry in the past': (token) => (token.payload.exp = 1_000_000_000),
  "another access token's hash": (token) => (token.payload.at_hash = 'AAAAAAAAAAAAAAAAAAAAAA'),
}
for (const [lie, tell] of Object.entries(lies)) {
  scenario(`an ID token with ${lie}`, async ({ service, visitor }) => {
    let signed = 0
    service.on('beforeTokenSigning', (token) => {
      signed += 1
      if (signed === 2) tell(token)
    })
    await refused(visitor)
    assert.equal(signed, 2)
  })
}

const forgeries = {
  'no ID token': (body) => delete body.id_token,
  'an ID token without a signature': (body) => {
    const [, payload] = body.id_token.split('.')
    body.id_token = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
  },
  'an ID token with a changed subject': (body) => {
    const [head, payload, signature] = body.id_token.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url'))
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')
    body.id_token = [head, changed, signature].join('.')
  },
}
for (const [forgery, forge] of Object.entries(forgeries)) {
  scenario(forgery, async ({ service, visitor }) => {
    service.once('beforeResponse', ({ body }) => forge(body))
    await refused(visitor)
  })
}

async function refused(visitor) {
  const answer = await signIn(visitor)
  assert.equal(answer.status, 502)
  assert.match(answer.json().error_description, /ID token/)
  assert.equal(visitor.cookie('session'), undefined)
  assert.equal((await visitor.get('/auth/session')).status, 401)
}

scenario('a code that it does not accept', async ({ service, visitor }) => {
  service.once('beforeResponse', (response) => {
    response.statusCode = 400
    response.body = { error: 'invalid_grant' }
  })
  const answer = await signIn(visitor)
  assert.equal(answer.status, 400)
  assert.match(answer.json().error_description, /begin again/)
})

scenario('new keys are looked for once they are needed', async ({ provider, visitor }) => {
  await signIn(visitor)
  for (const { kid } of provider.issuer.keys.toJSON()) assert.ok(kid)
  const rotated = new OAuth2Server()
  await rotated.issuer.keys.generate('RS256')
  const [key] = rotated.issuer.keys.toJSON(true)
  await provider.issuer.keys.add(key)
  provider.service.on('beforeTokenSigning', (token) => (token.header.kid = key.kid))
  const again = new Visitor(visitor.backend)
  assert.equal((await signIn(again)).status, 303)
  assert.equal((await again.get('/auth/session')).status, 200)
})

scenario('an answer without a refresh token keeps the one before', async ({ service, visitor }) => {
  const sent = []
  service.on('beforeResponse', ({ body }, request) => {
    if (request.body.grant_type !== 'refresh_token') return (body.refresh_token = 'first')
    sent.push(request.body.refresh_token)
    if (sent.length === 2) body.refresh_token = 'second'
    else delete body.refresh_token
  })
  await signIn(visitor)
  for (let round = 0; round < 4; round += 1) assert.equal((await visitor.post('/auth/refresh')).status, 200)
  assert.deepEqual(sent, ['first', 'first', 'second', 'second'])
})

scenario('without a refresh token the session lasts as long as the access token', async ({ service, visitor }) => {
  let lifetime = 300
  service.on('beforeResponse', ({ body }) => {
    delete body.refresh_token
    body.expires_in = lifetime
  })
  await signIn(visitor)
  const early = await visitor.post('/auth/refresh')
  assert.equal(early.status, 200)
  assert.ok(early.json().expires_in > 290)
  lifetime = 0
  await signIn(visitor)
  assert.equal((await visitor.get('/api/profile')).status, 401)
  assert.equal((await visitor.post('/auth/refresh')).status, 401)
})

scenario('without an expiry nothing is said of one', async ({ service, visitor }) => {
  service.on('beforeResponse', ({ body }) => delete body.expires_in)
  await signIn(visitor)
  assert.equal('expires_in' in (await visitor.get('/auth/session')).json(), false)
  assert.equal((await visitor.get('/api/profile')).json().tokenExpiresIn, null)
  const refreshed = await visitor.post('/auth/refresh')
  assert.deepEqual([refreshed.status, refreshed.json()], [200, {}])
})

scenario('a request authenticates by Basic and is a form', async ({ service, visitor }) => {
  await signIn(visitor)
  const asked = once(service, 'beforeResponse')
  await visitor.post('/auth/refresh')
  const [, request] = await asked
  assert.equal(request.headers.authorization, `Basic ${Buffer.from('app:secret').toString('base64')}`)
  assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.deepEqual(Object.keys(request.body).sort(), ['grant_type', 'refresh_token'])
})

scenario('a revocation that fails does not keep the user signed in', async ({ service, visitor }) => {
  await signIn(visitor)
  const revoked = once(service, 'beforeRevoke')
  service.prependOnceListener('beforeRevoke', (response) => (response.statusCode = 500))
  const copy = visitor.clone()
  assert.equal((await visitor.post('/auth/logout')).status, 204)
  await revoked
  assert.equal((await copy.get('/auth/session')).status, 401)
})

scenario('user info with a token that it does not accept is a 401, and that of another user is none', async ({ service, visitor }) => {
  await signIn(visitor)
  service.once('beforeUserinfo', (response) => (response.statusCode = 401))
  const refused = await visitor.get('/api/userinfo')
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate'), /invalid_token/)
  service.once('beforeUserinfo', (response) => (response.statusCode = 503))
  assert.equal((await visitor.get('/api/userinfo')).status, 503)
  service.once('beforeUserinfo', (response) => (response.statusCode = 403))
  assert.equal((await visitor.get('/api/userinfo')).status, 502)
  service.once('beforeUserinfo', (response) => (response.body = { sub: 'somebody else', name: 'Eve' }))
  const mixedUp = await visitor.get('/api/userinfo')
  assert.equal(mixedUp.status, 502)
  assert.doesNotMatch(mixedUp.text, /Eve/)
  assert.deepEqual((await visitor.get('/api/userinfo')).json(), { sub: 'johndoe' })
})
