import { once } from 'node:events'
import { request } from 'node:http'
import { createSecureServer } from 'node:http2'
import { selfSigned } from './certificate.mjs'

/** HTTP/2 over TLS in front of a backend, for browsers upload streams over nothing less. */
export async function startHttp2(backend) {
  const server = createSecureServer(selfSigned())
  const sessions = new Set()
  server.on('session', (session) => sessions.add(session))
  server.on('stream', (stream, given) => {
    const {
      ':method': method,
      ':path': path,
      ...headers
    } = plain(given, (name) => name === ':method' || name === ':path' || name[0] !== ':')
    const forward = request(backend.origin + path, { method, headers })
    forward.on('response', (answer) => {
      if (stream.destroyed) return answer.destroy()
      stream.respond({
        ':status': answer.statusCode,
        ...plain(answer.headers, (name) => !PER_CONNECTION.includes(name)),
      })
      answer.pipe(stream)
    })
    forward.on('error', () => stream.close())
    stream.on('error', () => forward.destroy())
    stream.pipe(forward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `https://127.0.0.1:${server.address().port}`,
    async stop() {
      for (const session of sessions) session.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** RFC 9113 §8.2.2: what says something of an HTTP/1.1 connection does not go into HTTP/2. */
const PER_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade']

const plain = (headers, wanted) => Object.fromEntries(Object.entries(headers).filter(([name]) => wanted(name)))
