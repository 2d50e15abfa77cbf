// Makes the engine and the glue that wasm-bindgen has left smaller, where they are: `node xtask/js/optimize.mjs FILE`.

import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EXPORTS, rewrite } from './binary.mjs'
import { STATICS_END, neededExports, reservedSlots } from './bound.mjs'
import { lean } from './lean.mjs'
import { ordered } from './order.mjs'
import { withoutPanics } from './panics.mjs'

/** By name: --all-features emits what Node 20 refuses. */
const FEATURES = ['bulk-memory', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'sign-ext'].map(
  (name) => `--enable-${name}`,
)

const FLAGS = [
  '-Oz',
  '--converge',
  // Found by measuring: less inlined, and every load and store of the same alignment, is less after brotli.
  '--one-caller-inline-max-function-size=40',
  '--dealign',
  // The lowest kilobyte is the far end of the stack; nothing is addressed there by wrapping around.
  '--low-memory-unused',
  '--strip-debug',
  '--strip-producers',
  '--strip-target-features',
  ...FEATURES,
]

const [file] = process.argv.slice(2)
const gluePath = file.replace(/\.wasm$/, '.js')
const glue = lean(readFileSync(gluePath, 'utf8'))
writeFileSync(gluePath, glue)

// One module that tells the engine what it asks for, so that asking costs nothing.
const answer = file.replace(/\.wasm$/, '.answer.wat')
writeFileSync(answer, `(module (func (export "${STATICS_END}") (result i32) (i32.const ${reservedSlots(glue)})))`)
binaryen('wasm-merge', [file, 'engine', answer, '__wbindgen_externref_xform__', '-g', ...FEATURES, '-o', file])
rmSync(answer)

writeFileSync(file, rewrite(withoutPanics(readFileSync(file)), { [EXPORTS]: (source) => neededExports(source, glue) }))
binaryen('wasm-opt', [file, ...FLAGS, '-o', file])
writeFileSync(file, ordered(readFileSync(file)))

function binaryen(program, args) {
  const path = fileURLToPath(new URL(`../../node_modules/binaryen/bin/${program}`, import.meta.url))
  execFileSync(process.execPath, [path, ...args], { stdio: 'inherit' })
}
