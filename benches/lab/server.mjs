import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** What the pages are allowed to measure with: a clock of 5 microseconds takes isolation. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }
/** The life of an access token in seconds, long enough for nothing to be refreshed ahead in a run. */
const LIFETIME = 3600

/**
 * One server for all contestants, on a free port of 127.0.0.1. The first segment of a path is whose session it is, so
 * that what each of them causes is counted for itself:
 *
 * | path below it | answer |
 * | --- | --- |
 * | `/auth/login` | tokens, in cookies and in the body, as OAuth and as SuperTokens say it |
 * | `/auth/refresh`, `/auth/session/refresh`, `/token` | the next ones, after `latency` milliseconds |
 * | `/api/…` | 200, or 401 unless the token was issued after the last `expire()` |
 * | `/held/…` | the same, but a 401 is answered on `release()` |
 * | `/never/…` | 401 |
 * | `/open` | 200, whoever asks |
 * | `/control/expire?latency=50` | `expire()` and `forget()`, and how long a refresh takes |
 * | `/control/counts` | what was counted since |
 *
 * `mounts` gives files by their address. Files are kept by browsers, answers are not.
 */
export async function startServer(mounts) {
  const players = new Map()
  const player = (name) => {
    if (!players.has(name)) players.set(name, new Player())
    return players.get(name)
  }
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    if (mounts.has(pathname)) return serveFile(response, pathname, mounts.get(pathname))
    for await (const _ of request);
    const [, name, ...rest] = pathname.split('/')
    await player(name).answer(`/${rest.join('/')}`, name, request, response, searchParams)
  })
  // A client that is busy measuring comes back late, and to the same connection.
  server.keepAliveTimeout = 600_000
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    player,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function serveFile(response, pathname, path) {
  const headers = { 'content-type': TYPES[extname(path)], 'cache-control': 'max-age=3600', ...ISOLATED }
  // The page itself is asked for each time, or it would be the one of an earlier visit.
  if (extname(pathname) === '.html') headers['cache-control'] = 'no-store'
  response.writeHead(200, headers).end(await readFile(path))
}

/** One session, and what was asked of it. */
class Player {
  #generation = 0
  #valid = 0
  #spent = new Set()
  #held = []
  #watching = []
  /** Milliseconds that a refresh takes. */
  latency = 0

  constructor() {
    this.forget()
  }

  /** Counts from here on. */
  forget() {
    this.counts = { refreshes: 0, refreshTokensReused: 0, sends: 0, unauthorized: 0 }
  }

  /** Every access token issued so far is refused from now on. */
  expire() {
    this.#valid = ++this.#generation
  }

  /** Waits until the counts satisfy a condition. */
  async until(condition) {
    while (!condition(this.counts)) await new Promise((resolve) => this.#watching.push(resolve))
  }

  /** Answers what is held. */
  release() {
    for (const go of this.#held.splice(0)) go()
  }

  async answer(path, name, request, response, query) {
    if (path.startsWith('/control/')) return this.#control(path, query, response)
    if (path === '/auth/login') return this.#issue(name, response)
    if (path === '/token' || path.endsWith('/refresh')) return this.#refresh(name, request, response)
    if (path === '/open') return reply(response, 200, { ok: true })
    this.counts.sends += 1
    const status = !path.startsWith('/never/') && this.#isValid(request) ? 200 : 401
    if (status === 401) this.counts.unauthorized += 1
    for (const look of this.#watching.splice(0)) look()
    if (status === 401 && path.startsWith('/held/')) await new Promise((resolve) => this.#held.push(resolve))
    const challenge = status === 401 && { 'www-authenticate': 'Bearer error="invalid_token"' }
    reply(response, status, { ok: status === 200 }, challenge)
  }

  #control(path, query, response) {
    if (path === '/control/expire') {
      this.latency = Number(query.get('latency') ?? this.latency)
      this.expire()
      this.forget()
    }
    reply(response, 200, this.counts)
  }

  async #refresh(name, request, response) {
    this.counts.refreshes += 1
    const presented = cookie(request, 'refresh')
    if (this.#spent.has(presented)) this.counts.refreshTokensReused += 1
    if (presented) this.#spent.add(presented)
    if (this.latency) await pause(this.latency)
    this.#issue(name, response)
  }

  #issue(name, response) {
    const generation = ++this.#generation
    const cookies = [`access=${generation}; Path=/${name}/; HttpOnly`, `refresh=r${generation}; Path=/${name}/; HttpOnly`]
    const front = { uid: 'bench', ate: Date.now() + LIFETIME * 1000, up: {} }
    const tokens = { access_token: `${generation}`, refresh_token: `r${generation}`, token_type: 'Bearer', expires_in: LIFETIME }
    const frontToken = Buffer.from(JSON.stringify(front)).toString('base64')
    reply(response, 200, tokens, { 'set-cookie': cookies, 'front-token': frontToken })
  }

  /** A header is what counts, where there is one. */
  #isValid(request) {
    const [, token = cookie(request, 'access')] = /^Bearer (.*)$/.exec(request.headers.authorization) ?? []
    return Number(token) > this.#valid
  }
}

function reply(response, status, body, headers) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  response.end(JSON.stringify(body))
}

function cookie(request, name) {
  const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
  return pairs.find(([key]) => key === name)?.[1]
}
