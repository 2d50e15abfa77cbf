import { join } from 'node:path'
import { SEEING_MEMORY, openPage } from './browser.mjs'
import { bundleAll } from './bundles.mjs'
import { benches, root } from './places.mjs'
import { startServer } from './server.mjs'

const BROWSERS = { 'seeing memory': SEEING_MEMORY }

/** The server, the bundles, and browsers. */
export async function openLab() {
  const bundles = await bundleAll()
  const mounts = new Map([
    ['/bench.html', join(benches, 'page', 'index.html')],
    ['/page.js', bundles.page],
    ['/kit.js', join(root, 'tests', 'e2e', 'pages', 'kit.js')],
  ])
  const server = await startServer(mounts)
  const plain = await openPage(server.origin)
  const browsers = new Map([['plain', plain]])
  return {
    bundles,
    mounts,
    server,
    /** Of Chromium. */
    version: plain.version,
    /** A page of the server, in the tab that all measurements share; in another browser for each `kind`. */
    async openPage(path, kind = 'plain') {
      if (!browsers.has(kind)) browsers.set(kind, await openPage(server.origin, BROWSERS[kind]))
      const opened = browsers.get(kind)
      await opened.page.open(path)
      return opened
    },
    /** A page in a browser that has seen nothing yet; whoever opens it stops it. */
    async openFresh(path) {
      const opened = await openPage(server.origin)
      await opened.page.open(path)
      return opened
    },
    async close() {
      for (const { stop } of browsers.values()) await stop()
      await server.stop()
    },
  }
}
