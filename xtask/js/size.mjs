// What a user of the package downloads: `node xtask/js/size.mjs`. Fails over budget.

import { build } from 'esbuild'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { common, facade, gluePath, refuse, shipped, wasm } from './engine.mjs'

/** In bytes after brotli: what there is now, rounded up. The goals are 25,000 and, for the engine as JavaScript, 30,000; whoever
 * makes it smaller lowers this. */
const budgets = { 'index.js': 38_600, 'js.js': 50_500, 'axios.js': 1_600, 'react.js': 400 }

function measure(name, bytes) {
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  const brotli = brotliCompressSync(bytes, { params: { ...quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } })
  return { name, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length }
}

async function bundled(options) {
  const { outputFiles } = await build({ ...common, format: 'esm', write: false, ...options })
  return Buffer.from(outputFiles[0].contents)
}

function print(title, rows) {
  const number = (value) => value.toLocaleString('en-US').padStart(10)
  console.log(`   ${title.padEnd(24)}${['raw', 'gzip', 'brotli'].map((word) => word.padStart(10)).join('')}`)
  for (const { name, raw, gzip, brotli } of rows) {
    console.log(`   ${name.padEnd(24)}${number(raw)}${number(gzip)}${number(brotli)}`)
  }
}

let names
try {
  names = readdirSync(shipped).sort()
} catch {
  refuse('there is no package in pkg/ yet. `cargo xtask build` makes it.')
}
const files = names.map((name) => measure(name, readFileSync(join(shipped, name))))
print('file in pkg/ (bytes)', files)
print('part of index.js (bytes)', [
  measure('engine (wasm)', wasm),
  measure('glue', await bundled({ entryPoints: [gluePath] })),
  measure('facade', await bundled({ entryPoints: [join(facade, 'index.js')], plugins: [], external: ['#engine/*'] })),
])

for (const [name, budget] of Object.entries(budgets)) {
  const file = files.find((file) => file.name === name)
  if (!file) refuse(`pkg/${name} is missing. \`cargo xtask build\` makes it.`)
  if (file.brotli > budget) {
    refuse(`pkg/${name} is ${file.brotli} bytes after brotli; its budget is ${budget}. Make it smaller, or raise the budget in xtask/js/size.mjs with a reason.`)
  }
  console.log(`   ${name} is within its budget: ${file.brotli} of ${budget} bytes after brotli`)
}
