import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { Sessions } from './backend.mjs'
import { connect } from './connect.mjs'
import { graphql } from './graphql.mjs'
import { postgrest } from './postgrest.mjs'
import { rest } from './rest.mjs'
import { trpc } from './trpc.mjs'

const PATIENCE = 10_000
const PROTOCOLS = [
  ['/rest/', rest],
  ['/graphql', graphql],
  ['/trpc/', trpc],
  ['/notes.v1.', connect],
  ['/postgrest/', postgrest],
]

/**
 * The one origin of a test: servers that speak what the clients want, each behind the session of the playground
 * backend, and for everything else (pages, sign-in, refresh) that backend itself. In `calls` is what the clients sent,
 * in the order in which it came: `method`, `url`, `headers` and `body` as they were, and `status` once it is answered.
 */
export async function startServer(backend) {
  const sessions = new Sessions(backend.origin)
  const server = createServer((incoming, outgoing) => {
    respond(incoming, outgoing).catch((error) => outgoing.destroy(error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${server.address().port}`
  const answered = new EventEmitter()
  let calls = []

  async function respond(incoming, outgoing) {
    const pieces = []
    for await (const piece of incoming) pieces.push(piece)
    const body = Buffer.concat(pieces)
    const { method, url, headers } = incoming
    const protocol = PROTOCOLS.find(([prefix]) => url.startsWith(prefix))?.[1]
    if (!protocol) return write(outgoing, await passThrough(incoming, body))
    const call = { method, url, headers, body: body.toString('latin1') }
    calls.push(call)
    const request = new Request(origin + url, { method, headers, body: body.length > 0 ? body : undefined })
    const response = await protocol(request, sessions)
    call.status = response.status
    answered.emit('answer')
    await write(outgoing, response)
  }

  function passThrough({ method, url, headers }, body) {
    const { host, connection, 'content-length': length, ...kept } = headers
    return fetch(backend.origin + url, {
      method,
      headers: kept,
      body: body.length > 0 ? body : undefined,
      redirect: 'manual',
    })
  }

  return {
    origin,
    get calls() {
      return calls
    },
    /** Remembers from here on. */
    forget() {
      calls = []
    },
    /** Waits until the calls satisfy a condition. */
    async until(condition) {
      const patience = AbortSignal.timeout(PATIENCE)
      while (!condition(calls)) {
        await once(answered, 'answer', { signal: patience }).catch((cause) => {
          const seen = calls.map(({ method, url, status }) => `${method} ${url} ${status}`)
          throw new Error(`Not so: ${condition}; the server saw ${JSON.stringify(seen)}`, { cause })
        })
      }
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function write(outgoing, response) {
  const { 'content-length': length, 'transfer-encoding': encoding, ...headers } = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  outgoing.writeHead(response.status, { ...headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) })
  if (!response.body) return outgoing.end()
  Readable.fromWeb(response.body).pipe(outgoing)
  await once(outgoing, 'close')
}
