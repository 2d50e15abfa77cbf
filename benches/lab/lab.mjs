import { join } from 'node:path'
import { SEEING_MEMORY, openPage } from './browser.mjs'
import { bundleAll } from './bundles.mjs'
import { benches, root } from './places.mjs'
import { startServer } from './server.mjs'

const BROWSERS = { plain: [], 'seeing memory': SEEING_MEMORY }

/** The server, the bundles, and browsers that are started when they are first asked for. */
export async function openLab() {
  const bundles = await bundleAll()
  const mounts = new Map([
    ['/bench.html', join(benches, 'page', 'index.html')],
    ['/page.js', bundles.page],
    ['/kit.js', join(root, 'tests', 'e2e', 'pages', 'kit.js')],
  ])
  const server = await startServer(mounts)
  const browsers = new Map()
  const lab = {
    bundles,
    mounts,
    server,
    /** A page of the server, in the tab that all measurements share; in another browser for each `kind`. */
    async openPage(path, kind = 'plain') {
      if (!browsers.has(kind)) browsers.set(kind, await openPage(server.origin, undefined, BROWSERS[kind]))
      const opened = browsers.get(kind)
      lab.version = opened.version
      await opened.page.open(path)
      return opened
    },
    async close() {
      for (const { stop } of browsers.values()) await stop()
      await server.stop()
    },
  }
  return lab
}
