import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * A server of another origin, which remembers what it was sent. A scenario says what it answers: `answer(request)`
 * gives the whole, or a promise of it, `stream(response)` writes it piece by piece.
 */
export async function startRecorder() {
  const recorder = { requests: [], answer: () => ({ status: 200, body: {} }), stream: undefined }
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const pieces = []
    for await (const piece of request) pieces.push(piece)
    response.setHeader('access-control-allow-origin', headers.origin ?? '*')
    response.setHeader('access-control-allow-credentials', 'true')
    response.setHeader('cache-control', 'no-store')
    if (method === 'OPTIONS') {
      response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '')
      response.setHeader('access-control-allow-methods', 'GET, POST')
      response.writeHead(204).end()
      return
    }
    const seen = { method, path: url, headers, body: Buffer.concat(pieces).toString() }
    recorder.requests.push(seen)
    if (recorder.stream) return recorder.stream(response)
    const { status, body, headers: given = {} } = await recorder.answer(seen)
    response.writeHead(status, { 'content-type': 'application/json', ...given }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  recorder.origin = `http://127.0.0.1:${server.address().port}`
  recorder.stop = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return recorder
}
