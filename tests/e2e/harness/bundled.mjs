import { build } from 'esbuild'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { unpack } from './packed.mjs'

const { folder: packed, remove } = await unpack()
after(remove)

/**
 * A folder for the `dist` of scenarios: `page.html` of the folder `from` as its page, and `page.js` beside it, bundled. Of
 * the package, sub-paths are bundled as packed; the client is the very module that `kit` loads.
 */
export async function bundlePage(from, options) {
  const folder = await temporary()
  const client = { path: '/package/index.js', external: true }
  await bundle(from, 'page.js', { outdir: folder, format: 'esm', ...options }, client)
  await copyFile(join(from, 'page.html'), join(folder, 'index.html'))
  return folder
}

/** A file for `require`: `server.js` of the folder `from` with all that it imports, the client too. */
export async function bundleServer(from, options) {
  const outfile = join(await temporary(), 'server.cjs')
  await bundle(from, 'server.js', { outfile, format: 'cjs', platform: 'node', ...options }, { path: join(packed, 'index.js') })
  return outfile
}

function bundle(from, entry, options, client) {
  const plugin = {
    name: 'the package',
    setup({ onResolve }) {
      onResolve({ filter: /^oauth-refresh-wasm$/ }, () => client)
      onResolve({ filter: /^oauth-refresh-wasm\// }, ({ path }) => ({ path: join(packed, `${path.split('/')[1]}.js`) }))
    },
  }
  return build({
    entryPoints: [join(from, entry)],
    // The package lies elsewhere, and imports what is installed here.
    nodePaths: [join(from, 'node_modules')],
    bundle: true,
    logLevel: 'warning',
    plugins: [plugin],
    ...options,
  })
}

async function temporary() {
  const folder = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-bundled-'))
  after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
