import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm' }

/** Serves the files of a folder to every origin, as a CDN does, and remembers which were asked for. */
export async function startCdn(folder) {
  const paths = []
  const server = createServer(async ({ url }, response) => {
    paths.push(url)
    response.setHeader('access-control-allow-origin', '*')
    const type = TYPES[extname(url)]
    const bytes = type && (await readFile(join(folder, url)).catch(() => undefined))
    if (!bytes) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': type }).end(bytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    paths,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
