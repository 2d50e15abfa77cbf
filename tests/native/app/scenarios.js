import { device } from './device'

const ORIGIN = 'https://app.example.com'

/** A backend of cookie mode; the phone keeps the cookies, so what the server knows of the session is all there is. */
function backend({ expired = false, expires_in } = {}) {
  const server = { expired, refreshes: 0, alive: true, forbids: false }
  device.answer = ({ method, url, body }) => {
    const path = url.slice(ORIGIN.length)
    if (path === '/auth/refresh') {
      server.refreshes++
      if (!server.alive) return { status: 401 }
      server.expired = false
      return { status: 200, body: { expires_in } }
    }
    if (path === '/auth/login') return { status: JSON.parse(body).password === 'right' ? 200 : 401, body: { expires_in } }
    if (path === '/auth/logout') return { status: 204 }
    if (server.expired || server.forbids) return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }
    return { status: 200, body: { method, path, body: body ?? null } }
  }
  return server
}

const COOKIES = { baseURL: ORIGIN, loginURL: '/auth/login', logoutURL: '/auth/logout' }

const lines = () => device.requests.map(({ method, url }) => `${method} ${url.replace(ORIGIN, '')}`)

/** How a call ends, once everything has happened. */
async function ends(calls) {
  const ended = Promise.all([].concat(calls).map((call) => call.then((response) => response.status, told)))
  await device.settle()
  return ended
}

const told = (error) => ({ name: error?.name, code: error?.code, message: error?.message, status: error?.response?.status })

export const scenarios = {
  async imported(sdk, found) {
    return { ...found, timers: device.timers(), requests: lines(), exported: Object.keys(sdk).sort() }
  },

  async oneInstance(sdk) {
    const others = [require('oauth-refresh-wasm/js'), require('oauth-refresh-wasm/url')]
    return others.map(({ client, AuthError }) => client === sdk.client && AuthError === sdk.AuthError)
  },

  async storm({ configure, authedFetch }) {
    const server = backend({ expired: true })
    configure(COOKIES)
    const post = (n) => authedFetch(`/api/notes/${n}`, { method: 'POST', body: `note ${n} ä€😀` })
    const statuses = await ends(Array.from({ length: 20 }, (_, n) => post(n)))
    const bodies = device.requests.filter(({ url }) => url.includes('/api/')).map(({ url, body }) => [url.split('/').pop(), body])
    return { statuses, refreshes: server.refreshes, bodies, included: device.requests.every(({ withCredentials }) => withCredentials) }
  },

  async hopeless({ configure, authedFetch }) {
    const server = backend()
    server.forbids = true
    configure(COOKIES)
    const call = authedFetch('/api/profile')
    await device.settle()
    const response = await call
    return { status: response.status, bodyUsed: response.bodyUsed, lines: lines() }
  },

  async login({ configure, authedFetch, client }) {
    backend({ expires_in: 300 })
    configure(COOKIES)
    const login = (password) => authedFetch('/auth/login', { method: 'POST', body: JSON.stringify({ password }) })
    const wrong = await ends(login('wrong'))
    const right = await ends(login('right'))
    return { wrong, right, lines: lines(), status: client.session.status }
  },

  async timer({ configure, client }) {
    const server = backend({ expires_in: 400 })
    configure(COOKIES)
    client.signIn({ expires_in: 400 })
    await device.advance(299)
    const early = server.refreshes
    await device.advance(2)
    const first = server.refreshes
    await device.advance(300)
    return { early, first, second: server.refreshes }
  },

  async appState({ configure, client }) {
    const server = backend({ expires_in: 400 })
    configure(COOKIES)
    client.signIn({ expires_in: 400 })
    await device.turn('inactive')
    await device.turn('background')
    await device.advance(390)
    const hidden = server.refreshes
    const back = [device.turn('active'), device.turn('active')]
    client.wake()
    await Promise.all(back)
    return { hidden, shown: server.refreshes, expiresIn: (client.session.expiresAt - Date.now()) / 1000 }
  },

  async inactive({ configure, client }) {
    const server = backend({ expires_in: 400 })
    configure(COOKIES)
    client.signIn({ expires_in: 400 })
    await device.turn('inactive')
    await device.advance(390)
    return server.refreshes
  },

  async slept({ configure, client, authedFetch }) {
    const server = backend({ expires_in: 400 })
    configure(COOKIES)
    client.signIn({ expires_in: 400 })
    await device.turn('background')
    device.sleep(3600)
    server.expired = true
    await device.turn('active')
    const statuses = await ends([authedFetch('/api/a'), authedFetch('/api/b')])
    return { statuses, lines: lines() }
  },

  async ended({ configure, authedFetch, client }) {
    const server = backend({ expired: true })
    server.alive = false
    const ended = []
    configure({ ...COOKIES, onSessionEnded: ({ reason }) => ended.push(reason) })
    client.signIn()
    const statuses = await ends([1, 2, 3].map((n) => authedFetch(`/api/${n}`)))
    const later = await ends(authedFetch('/api/later'))
    return { statuses, later, ended, refreshes: server.refreshes, status: client.session.status }
  },

  async signOut({ configure, authedFetch, client }) {
    const server = backend({ expires_in: 400 })
    configure(COOKIES)
    client.signIn({ expires_in: 400 })
    const [signedOut] = await Promise.all([client.signOut().then(() => client.session.status), device.settle()])
    server.expired = true
    await device.advance(1000)
    const after = await ends(authedFetch('/api/profile'))
    return { signedOut, after, lines: lines(), timers: device.timers() }
  },

  async dispose({ createAuthClient }) {
    backend()
    const client = createAuthClient(COOKIES)
    client.signIn({ expires_in: 400 })
    const before = device.listeners()
    client.dispose()
    const listeners = [before, device.listeners()]
    await device.turn('background')
    await device.turn('active')
    return { listeners, timers: device.timers(), refused: await client.fetch(`${ORIGIN}/api`).catch(told), lines: lines() }
  },

  async bearer({ configure, authedFetch }) {
    let valid = 'one'
    device.answer = ({ url, headers, body }) => {
      if (url === `${ORIGIN}/token`) {
        valid = 'two'
        return { status: 200, body: { access_token: 'two', refresh_token: 'second', expires_in: 400 } }
      }
      if (url === `${ORIGIN}/revoke`) return { status: 200 }
      if (!url.startsWith(ORIGIN)) return { status: 401 }
      return { status: headers.authorization === `Bearer ${valid}` ? 200 : 401, body: body ?? null }
    }
    const client = configure({
      mode: 'bearer',
      baseURL: ORIGIN,
      tokenEndpoint: `${ORIGIN}/token`,
      revocationEndpoint: `${ORIGIN}/revoke`,
      clientId: 'an app & more',
      tokens: { access_token: 'one', refresh_token: 'first+/=&%', expires_in: 400 },
    })
    const good = await ends(authedFetch('/api/1'))
    valid = 'revoked'
    const cured = await ends([authedFetch('/api/2'), authedFetch('/api/3')])
    const foreign = await ends(authedFetch('https://elsewhere.example/'))
    const signedOut = client.signOut()
    await device.settle()
    await signedOut
    const sent = device.requests.map(({ url, headers, body, withCredentials }) => ({
      url: url.replace(ORIGIN, ''),
      authorization: headers.authorization ?? null,
      body,
      withCredentials,
    }))
    return { good, cured, foreign, sent }
  },

  async options({ configure, AuthError, authedFetch }) {
    const thrown = (options) => {
      try {
        return configure(options)
      } catch (error) {
        return { ...told(error), isAuthError: error instanceof AuthError, isError: error instanceof Error }
      }
    }
    backend()
    return {
      unknown: thrown({ refreshUrl: '/x' }),
      text: thrown({ 'größe €😀\u07ff\uffee\u{10ffff}': 1 }),
      range: thrown({ refreshTimeout: -1 }),
      secret: thrown({ mode: 'bearer', tokenEndpoint: `${ORIGIN}/token`, clientSecret: 'hunter2' }),
      dpop: thrown({ mode: 'bearer', tokenEndpoint: `${ORIGIN}/token`, dpop: true }),
      refreshed: await ends(authedFetch('/api/relative')),
      lines: lines(),
    }
  },

  async abort({ configure, authedFetch }) {
    const server = backend({ expired: true })
    configure(COOKIES)
    let answerRefresh
    const { answer } = device
    device.answer = (request) =>
      request.url.endsWith('/refresh') ? new Promise((resolve) => (answerRefresh = () => resolve(answer(request)))) : answer(request)
    const controller = new AbortController()
    const one = authedFetch('/api/one', { signal: controller.signal }).then(({ status }) => status, told)
    const two = authedFetch('/api/two').then(({ status }) => status, told)
    await device.settle()
    controller.abort()
    const aborted = await one
    answerRefresh()
    await device.settle()
    const late = await ends(authedFetch('/api/three', { signal: controller.signal }))
    return { aborted, two: await two, late, refreshes: server.refreshes }
  },

  async bodies({ configure, authedFetch }) {
    const server = backend({ expired: true })
    configure(COOKIES)
    const form = new FormData()
    form.append('name', 'value')
    const calls = {
      form: { method: 'POST', body: form },
      text: { method: 'PUT', body: 'text', headers: new Headers({ 'x-own': 'kept' }) },
    }
    const statuses = await ends(Object.keys(calls).map((name) => authedFetch(`/api/${name}`, calls[name])))
    server.expired = true
    const requests = await ends([
      authedFetch(new Request(`${ORIGIN}/api/whole`, { method: 'POST', body: 'of a Request' })),
      authedFetch(new Request('/api/relative', { method: 'POST', body: 'of a relative one', headers: { 'x-own': 'kept' } })),
    ])
    const sent = device.requests
      .filter(({ url }) => url.includes('/api/'))
      .map(({ method, url, body, headers }) => [method, url.replace(`${ORIGIN}/api/`, ''), body, headers['x-own'] ?? null])
    return { statuses, requests, sent }
  },

  async exclude({ configure, authedFetch }) {
    const server = backend({ expired: true })
    configure({ ...COOKIES, exclude: [/\/public$/, '/open/*'] })
    const statuses = await ends([authedFetch('/api/public'), authedFetch('/open/x')])
    return { statuses, refreshes: server.refreshes }
  },

  async offline({ configure, authedFetch, client }) {
    const server = backend({ expired: true })
    configure(COOKIES)
    const { answer } = device
    device.answer = (request) => (request.url.endsWith('/refresh') ? undefined : answer(request))
    const [failed] = await ends(authedFetch('/api/profile'))
    device.answer = answer
    await device.turn('background')
    await device.turn('active')
    const cured = await ends(authedFetch('/api/profile'))
    return { failed, cured, status: client.session.status, refreshes: server.refreshes }
  },

  async steps({ configure, client }) {
    const server = backend({ expired: true })
    configure(COOKIES)
    const ticket = client.open(`${ORIGIN}/api/profile`)
    await client.admit(ticket)
    const verdict = client.judge(ticket, { status: 401, headers: {} })
    await device.settle()
    await client.admit(ticket)
    return { verdict: await verdict, again: ticket._retry, last: await client.judge(ticket, { status: 401, headers: {} }), refreshes: server.refreshes }
  },

  async interceptors({ configure, authedFetch, client }) {
    backend({ expired: true })
    configure(COOKIES)
    const seen = []
    client.interceptors.request.use((config) => {
      seen.push(config._retry)
      config.headers['x-trace'] = 'ä'
      return { ...config, url: `${config.url}?traced` }
    })
    client.interceptors.response.use((response, config) => ({ status: response.status, retried: config._retry }))
    const call = authedFetch('/api/profile')
    await device.settle()
    const { retried, status } = await call
    return { status, retried, seen, traced: device.requests.filter(({ url }) => url.endsWith('?traced')).map(({ headers }) => headers['x-trace']) }
  },

  /** As docs/react-native.md has it. */
  async stored({ configure, authedFetch }) {
    const endpoint = `${ORIGIN}/token`
    const store = { refresh_token: 'of the last time' }
    device.answer = ({ url, headers, body }) => {
      if (url === endpoint) return { status: 200, body: { access_token: 'new', refresh_token: `after ${body.split('=').pop()}` } }
      return { status: headers.authorization === 'Bearer new' ? 200 : 401 }
    }
    const client = configure({
      mode: 'bearer',
      baseURL: ORIGIN,
      async refresh({ refreshToken, signal }) {
        const body = `grant_type=refresh_token&client_id=app&refresh_token=${encodeURIComponent(refreshToken)}`
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const response = await fetch(endpoint, { method: 'POST', headers, body, signal })
        const tokens = await response.clone().json().catch(() => undefined)
        if (response.ok && tokens?.refresh_token) store.refresh_token = tokens.refresh_token
        return response
      },
    })
    client.signIn({ access_token: 'gone', refresh_token: store.refresh_token })
    const statuses = await ends([authedFetch('/api/a'), authedFetch('/api/b')])
    return { statuses, store, lines: lines() }
  },

  async axios({ configure, authedFetch }) {
    const axios = require('axios')
    const { attach } = require('oauth-refresh-wasm/axios')
    const server = backend({ expired: true })
    configure(COOKIES)
    const instance = axios.create({ baseURL: ORIGIN })
    const detach = attach(instance)
    const notes = [1, 2, 3].map((n) => instance.post(`/api/notes/${n}`, { n }))
    const statuses = await ends([...notes, authedFetch('/api/profile')])
    const retried = (await notes[0]).config._retry
    const wrong = await ends(instance.post('/auth/login', { password: 'wrong' }).catch((error) => ({ status: [error.name, error.response.status] })))
    detach()
    server.expired = true
    const without = await ends(instance.get('/api/profile').catch((error) => error.response))
    const bodies = device.requests.filter(({ url }) => url.includes('/notes/')).map(({ body }) => body)
    return { statuses, retried, wrong, without, refreshes: server.refreshes, bodies }
  },

  async react({ configure, client }) {
    const { createElement } = require('react')
    const { create } = require('react-test-renderer')
    const { AuthProvider, useSession } = require('oauth-refresh-wasm/react')
    backend()
    configure(COOKIES)
    const Status = () => useSession().status
    const tree = create(createElement(AuthProvider, null, createElement(Status)))
    const seen = []
    for (const change of [() => {}, () => client.signIn({ expires_in: 400 }), () => client.signOut()]) {
      change()
      await device.settle()
      seen.push(tree.toJSON())
    }
    return seen
  },
}
