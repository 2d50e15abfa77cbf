import { build } from 'esbuild'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { scenario } from '../e2e/harness/scenario.mjs'
import { unpack } from '../e2e/harness/packed.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
export const VERSIONS = ['1.21', '1.7']
const ADAPTERS = ['xhr', 'fetch']

const dist = await bundle()
after(() => rm(dist, { recursive: true, force: true }))

/** The page, bundled with the adapter of the packed package; the client is the very module that `kit` loads. */
async function bundle() {
  const packed = await unpack()
  const folder = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-axios-'))
  const resolve = {
    name: 'packed',
    setup({ onResolve }) {
      onResolve({ filter: /^oauth-refresh-wasm$/ }, () => ({ path: '/package/index.js', external: true }))
      onResolve({ filter: /^oauth-refresh-wasm\/axios$/ }, () => ({ path: join(packed.folder, 'axios.js') }))
    },
  }
  try {
    const entryPoints = [join(here, 'page.js')]
    await build({ entryPoints, outdir: folder, bundle: true, format: 'esm', logLevel: 'warning', plugins: [resolve] })
  } finally {
    await packed.remove()
  }
  await copyFile(join(here, 'page.html'), join(folder, 'index.html'))
  return folder
}

/** A scenario for both versions of axios and both adapters of a browser, or for some of them. */
export function everywhere(name, body, { versions = VERSIONS, adapters = ADAPTERS, ...options } = {}) {
  for (const version of versions) {
    for (const adapter of adapters) {
      const prepared = async (stage) => {
        await stage.inPage((version, adapter) => kit.take(version, adapter), version, adapter)
        await body({ ...stage, version, adapter })
      }
      scenario(`${name} (axios ${version}, ${adapter})`, prepared, { path: '/', dist, ...options })
    }
  }
}
