// Makes the engine that wasm-bindgen has left smaller, where it is: `node xtask/js/optimize.mjs FILE`.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withoutPanics } from './panics.mjs'

const FLAGS = [
  '-Oz',
  '--converge',
  // Found by measuring: less inlined and often-called functions first is less after brotli.
  '--one-caller-inline-max-function-size=40',
  '--reorder-functions',
  // The lowest kilobyte is the far end of the stack; nothing is addressed there by wrapping around.
  '--low-memory-unused',
  '--strip-debug',
  '--strip-producers',
  '--strip-target-features',
  // By name: --all-features emits what Node 20 refuses.
  '--enable-bulk-memory',
  '--enable-multivalue',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-sign-ext',
]

const [file] = process.argv.slice(2)
writeFileSync(file, withoutPanics(readFileSync(file)))
const program = fileURLToPath(new URL('../../node_modules/binaryen/bin/wasm-opt', import.meta.url))
execFileSync(process.execPath, [program, file, ...FLAGS, '-o', file], { stdio: 'inherit' })
