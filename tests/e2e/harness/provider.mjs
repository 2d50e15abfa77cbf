import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import Provider, { interactionPolicy } from 'oidc-provider'
import { protectedResource } from './resource.mjs'
import { Visitor } from './visitor.mjs'

const PATIENCE = 10_000

/** A confidential client; its id and secret hold what HTTP Basic and forms each treat in their own way. */
export const BACKEND = { clientId: 'reference: backend+1', clientSecret: 'a secret: with + and % and & and =, 40 long' }
/** A public client, for a page that keeps its own tokens. */
export const PAGE = { clientId: 'page' }
const RESOURCE = { clientId: 'resource', clientSecret: 'the resource asks who a token is' }
const SCOPE = 'openid profile email offline_access'
/** What a page may read of the answers that are given here in the provider's stead. */
const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'date, retry-after' }

/**
 * A certified OpenID provider on a free port of the loopback interface: rotation with reuse detection and no grace,
 * revocation, introspection, DPoP, CORS for every origin. Whoever gives a login is signed in, with any password.
 *
 * `accessTokenSeconds` is the life of access tokens, `tokenDelay` how many milliseconds a token request waits;
 * `pageRedirects` are the public client's redirect URIs, whose port does not matter on the loopback interface;
 * `requireNonce` has DPoP proofs carry a nonce of the server. All but `pageRedirects` may be changed on the way.
 */
export async function startProvider(options = {}) {
  const server = createServer()
  // A browser sends a request once more, a POST too, if a connection that it has used before breaks without an answer.
  // Here a lost answer is to be lost.
  server.maxRequestsPerSocket = 1
  await listen(server, 0)
  return new TestProvider(server, options)
}

class TestProvider {
  #server
  #handle
  #port
  #redirect
  #waiting = new Set()
  #held = []
  #holding = false
  #drops = 0
  #refusals = []
  #expired = new Set()

  /** What happened so far. */
  counts = {
    /** Token requests that came: each of them, and by grant. */
    tokenRequests: 0,
    codes: 0,
    refreshes: 0,
    /** Token requests that were answered with tokens. */
    granted: 0,
    /** Used refresh tokens that came once more; each has ended its grant. */
    reuseDetected: 0,
    /** Grants that were ended, by revocation or by reuse. */
    grantsRevoked: 0,
    revocations: 0,
    introspections: 0,
    userInfos: 0,
    /** Requests to the protected resource, and those that it refused. */
    resourceRequests: 0,
    resourceRefused: 0,
    /** Token requests that wait for `release`. */
    held: 0,
  }
  /** Every access, refresh and ID token that was handed out. */
  issued = new Set()

  constructor(server, options) {
    const { accessTokenSeconds = 300, pageRedirects = ['http://127.0.0.1/'], requireNonce = false, tokenDelay = 0 } = options
    this.#server = server
    this.#port = server.address().port
    this.accessTokenSeconds = accessTokenSeconds
    this.requireNonce = requireNonce
    this.tokenDelay = tokenDelay
    this.issuer = `http://127.0.0.1:${this.#port}`
    this.tokenEndpoint = `${this.issuer}/token`
    this.revocationEndpoint = `${this.issuer}/token/revocation`
    this.#redirect = pageRedirects[0]
    this.#handle = this.#provider(pageRedirects).callback()
    this.resource = `${this.issuer}/resource`
    const resource = protectedResource({
      url: this.resource,
      introspect: (token) => this.#introspect(token),
      requireNonce: () => this.requireNonce,
    })
    server.on('request', (request, response) => this.#answer(request, response, resource))
  }

  /** The environment with which the reference backend is this provider's client. */
  get environment() {
    return {
      OAUTH_ISSUER: this.issuer,
      OAUTH_CLIENT_ID: BACKEND.clientId,
      OAUTH_CLIENT_SECRET: BACKEND.clientSecret,
      NO_PROXY: '127.0.0.1',
    }
  }

  /**
   * A sign-in of the public client up to its redirect, as a browser would do it: the form of a token request that
   * redeems the code (RFC 7636 §4.5).
   */
  async authorize({ login = 'ann', redirectURI = this.#redirect } = {}) {
    const verifier = randomBytes(32).toString('base64url')
    const url = new URL('/auth', this.issuer)
    url.search = new URLSearchParams({
      client_id: PAGE.clientId,
      response_type: 'code',
      redirect_uri: redirectURI,
      scope: SCOPE,
      state: randomBytes(16).toString('base64url'),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const visitor = new Visitor(this.issuer)
    const away = (next) => next.origin !== this.issuer
    const arrived = await visitor.answerForm(await visitor.follow(url, away), login, away)
    const code = arrived.url.searchParams.get('code')
    if (!code) throw new Error(`The sign-in ended at ${arrived.url} with ${arrived.answer.status}: ${arrived.answer.text}`)
    return new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: PAGE.clientId,
      redirect_uri: redirectURI,
      code,
      code_verifier: verifier,
    })
  }

  /** Signs in as the public client: the token endpoint's JSON as it is. `dpop` is a proof to bind the tokens by. */
  async signIn({ dpop, ...options } = {}) {
    const response = await fetch(this.tokenEndpoint, {
      method: 'POST',
      headers: dpop ? { DPoP: dpop } : {},
      body: await this.authorize(options),
    })
    if (!response.ok) throw new Error(`The code was answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  /** The resource takes none of the access tokens any more that were handed out so far; what else they are stays. */
  expire() {
    for (const token of this.issued) this.#expired.add(token)
  }

  /** Works on the next token requests and loses their answers. */
  dropTokenAnswers(times = 1) {
    this.#drops = times
  }

  /**
   * Answers the next token request so, without working on it; those after it in the order of the calls. Where `end` is
   * `'cut'`, the connection breaks after that much of the answer, where it is `'never'`, the rest is waited for in vain.
   */
  refuseTokenRequest(status, { headers = {}, body = '', end } = {}) {
    this.#refusals.push({ status, headers, body, end })
  }

  /** Keeps token requests waiting, before they are worked on. */
  hold() {
    this.#holding = true
  }

  /** Lets those go that wait; holds no more. */
  release() {
    this.#holding = false
    for (const go of this.#held.splice(0)) go()
  }

  /** Comes back as soon as the counts satisfy a condition. */
  until(condition) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!condition(this.counts)) return
        this.#waiting.delete(look)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(look)
        reject(new Error(`Not so: ${condition}; the provider counted ${JSON.stringify(this.counts)}`))
      }, PATIENCE)
      this.#waiting.add(look)
      look()
    })
  }

  /** Stops listening; what it knows stays. */
  async goDown() {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** Listens again, on the same port. */
  comeBack() {
    return listen(this.#server, this.#port)
  }

  async stop() {
    this.release()
    if (this.#server.listening) await this.goDown()
  }

  #count(name) {
    this.counts[name] += 1
    for (const look of [...this.#waiting]) look()
  }

  async #answer(request, response, resource) {
    const { pathname } = new URL(request.url, this.issuer)
    if (pathname === '/resource') {
      this.#count('resourceRequests')
      response.once('finish', () => response.statusCode === 401 && this.#count('resourceRefused'))
      return resource(request, response)
    }
    if (pathname === '/me') this.#count('userInfos')
    if (pathname === '/token' && request.method === 'POST') return this.#token(request, response)
    return this.#handle(request, response)
  }

  async #token(request, response) {
    this.#count('tokenRequests')
    if (this.#holding) {
      const released = new Promise((go) => this.#held.push(go))
      this.#count('held')
      await released
    }
    if (this.tokenDelay > 0) await pause(this.tokenDelay)
    const refusal = this.#refusals.shift()
    if (refusal) {
      request.resume()
      return refuse(response, refusal)
    }
    const lost = this.#drops > 0 && this.#drops-- > 0
    const end = response.end.bind(response)
    response.end = (body, ...rest) => {
      this.#remember(body)
      if (lost) return request.socket.destroy()
      return end(body, ...rest)
    }
    return this.#handle(request, response)
  }

  #remember(body) {
    const { access_token, refresh_token, id_token } = JSON.parse(String(body))
    if (access_token) this.#count('granted')
    for (const token of [access_token, refresh_token, id_token]) if (token) this.issued.add(token)
  }

  async #introspect(token) {
    if (this.#expired.has(token)) return { active: false }
    const response = await fetch(`${this.issuer}/token/introspection`, {
      method: 'POST',
      headers: { Authorization: basic(RESOURCE) },
      body: new URLSearchParams({ token }),
    })
    return response.json()
  }

  #provider(pageRedirects) {
    const grants = ['authorization_code', 'refresh_token']
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: BACKEND.clientId,
          client_secret: BACKEND.clientSecret,
          token_endpoint_auth_method: 'client_secret_basic',
          application_type: 'native',
          grant_types: grants,
          redirect_uris: ['http://127.0.0.1/auth/callback'],
        },
        {
          client_id: PAGE.clientId,
          token_endpoint_auth_method: 'none',
          application_type: 'native',
          grant_types: grants,
          redirect_uris: pageRedirects,
        },
        {
          client_id: RESOURCE.clientId,
          client_secret: RESOURCE.clientSecret,
          grant_types: [],
          redirect_uris: [],
          response_types: [],
        },
      ],
      claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
      clientBasedCORS: () => true,
      cookies: { keys: ['a key for the tests'] },
      features: {
        devInteractions: { enabled: true },
        dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 1), requireNonce: () => this.requireNonce },
        introspection: { enabled: true, allowedPolicy: (_context, client) => client.clientId === RESOURCE.clientId },
        revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      },
      findAccount: (_context, login) => ({
        accountId: login,
        claims: () => ({ sub: login, name: `${login} of the tests`, email: `${login}@example.com` }),
      }),
      interactions: { policy: withoutConsent() },
      issueRefreshToken: () => true,
      loadExistingGrant: consent,
      pkce: { required: () => true },
      rotateRefreshToken: true,
      ttl: {
        AccessToken: () => this.accessTokenSeconds,
        Grant: 3600,
        IdToken: 300,
        Interaction: 600,
        RefreshToken: 3600,
        Session: 3600,
      },
    })
    const grant = (context) => context.oidc.params?.grant_type
    provider.on('grant.success', (context) => this.#grant(grant(context)))
    provider.on('grant.error', (context, error) => {
      this.#grant(grant(context))
      if (error.error_detail === 'refresh token already used') this.#count('reuseDetected')
    })
    provider.on('grant.revoked', () => this.#count('grantsRevoked'))
    provider.use(async (context, next) => {
      await next()
      if (context.oidc?.route === 'revocation') this.#count('revocations')
      if (context.oidc?.route === 'introspection') this.#count('introspections')
    })
    return provider
  }

  #grant(type) {
    if (type === 'authorization_code') this.#count('codes')
    if (type === 'refresh_token') this.#count('refreshes')
  }
}

function refuse(response, { status, headers, body, end }) {
  if (status === undefined) return end === 'cut' && response.destroy()
  response.writeHead(status, { ...CORS, ...headers })
  if (end === undefined) return response.end(body)
  response.write(body, () => end === 'cut' && response.destroy())
}

/** Native clients are asked for consent each time, unless the check for that is gone. */
function withoutConsent() {
  const policy = interactionPolicy.base()
  policy.get('consent').checks.remove('native_client_prompt')
  return policy
}

/** Everybody consents to everything: one form fewer to send. */
async function consent({ oidc }) {
  const known = oidc.session.grantIdFor(oidc.client.clientId)
  if (known) return oidc.provider.Grant.find(known)
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
  grant.addOIDCScope(SCOPE)
  await grant.save()
  return grant
}

function basic({ clientId, clientSecret }) {
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':')
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

async function listen(server, port) {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
