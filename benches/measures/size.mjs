import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'
import { common, facade, gluePath, wasm } from '../../xtask/js/engine.mjs'
import { entries } from '../lab/entries.mjs'

/** What a browser loads. */
export const title = 'Size on the wire'
export const method = `Bundled for browsers and minified with esbuild, compressed with brotli at its best.`

export async function measure() {
  const measured = (await entries()).map(({ name, files }) => {
    const sizes = files.map((file) => readFileSync(file)).map((bytes) => ({ raw: bytes.length, brotli: brotli(bytes) }))
    const sum = (kind) => sizes.reduce((sum, size) => sum + size[kind], 0)
    return [name, { raw: sum('raw'), brotli: sum('brotli'), files: files.map((file) => basename(file)) }]
  })
  return { loaded: Object.fromEntries(measured), parts: await parts() }
}

async function parts() {
  const bundled = async (options) => {
    const { outputFiles } = await build({ ...common, format: 'esm', write: false, ...options })
    return Buffer.from(outputFiles[0].contents)
  }
  const each = {
    'engine (wasm)': wasm,
    glue: await bundled({ entryPoints: [gluePath] }),
    facade: await bundled({ entryPoints: [join(facade, 'index.js')], plugins: [], external: ['#engine/*'] }),
  }
  return Object.fromEntries(Object.entries(each).map(([name, bytes]) => [name, { raw: bytes.length, brotli: brotli(bytes) }]))
}

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  return brotliCompressSync(bytes, { params }).length
}

export function tables({ loaded, parts }) {
  const rows = (sizes) => Object.entries(sizes).map(([name, { raw, brotli }]) => [name, bytes(raw), bytes(brotli)])
  return [
    { title: 'Everything that is loaded for a first request, minified', columns: ['', 'raw, bytes', 'brotli, bytes'], rows: rows(loaded) },
    { title: 'Parts of oauth-refresh-wasm', columns: ['', 'raw, bytes', 'brotli, bytes'], rows: rows(parts) },
  ]
}

const bytes = (count) => count.toLocaleString('en-US')
