// The engine as plain JavaScript, for where there is no WebAssembly or a policy forbids it: `node xtask/js/plain.mjs`.
//
// It is made of what cargo has compiled for wasm-pack, so there is no second implementation, and left in target/plain:
//
//   glue_bg.js    the JavaScript that wasm-bindgen wrote, for an engine without tables of JavaScript's values
//   snippets/     the modules of src/browser that it imports
//   engine.js     what the engine does; exports `start()`, which is called once

import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CUSTOM, DATA, DATA_COUNT, EXPORTS, dataSegments, number, rewrite, text } from './binary.mjs'
import { STATICS_END, neededExports, reservedSlots } from './bound.mjs'
import { lean } from './lean.mjs'
import { shorten } from './names.mjs'
import { withoutPanics } from './panics.mjs'
import { encode } from './text.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const folder = join(root, 'target', 'plain')
const inFolder = (name) => join(folder, name)

function main() {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { wasm, glue } = bind(readFileSync(compiled()))
  const { code, data } = split(optimize(rewrite(wasm, { [EXPORTS]: (source) => neededExports(source, glue) })))
  writeFileSync(inFolder('glue_bg.js'), freshViews(glue))
  writeFileSync(inFolder('engine.js'), toModule(translate(code), data, reservedSlots(glue)))
}

/** Where cargo leaves what wasm-pack has it compile. */
function compiled() {
  const metadata = run(process.env.CARGO ?? 'cargo', ['metadata', '--no-deps', '--format-version', '1'])
  return join(JSON.parse(metadata).target_directory, 'wasm32-unknown-unknown', 'release', 'engine.wasm')
}

function bind(wasm) {
  writeFileSync(inFolder('compiled.wasm'), rewrite(wasm, { [CUSTOM]: withoutMultivalue }))
  const names = ['--out-dir', folder, '--out-name', 'glue']
  const less = ['--no-typescript', '--remove-producers-section']
  run('wasm-bindgen', [inFolder('compiled.wasm'), '--target', 'bundler', ...names, ...less])
  return shorten(withoutPanics(readFileSync(inFolder('glue_bg.wasm'))), lean(readFileSync(inFolder('glue_bg.js'), 'utf8')))
}

/** Says in the section `target_features` that it is not used; nothing else of the engine does. */
function withoutMultivalue(source, payload) {
  if (source.text() !== 'target_features') return payload
  const changed = [text('target_features'), number(0)]
  const count = source.number()
  changed[1] = number(count)
  for (let index = 0; index < count; index++) {
    const prefix = source.take(1)
    const name = source.text()
    changed.push(name === 'multivalue' ? Buffer.from('-') : prefix, text(name))
  }
  return Buffer.concat(changed)
}

/** Takes away what JavaScript has no word for, and whatever else can go. */
function optimize(wasm) {
  writeFileSync(inFolder('bound.wasm'), wasm)
  const features = ['bulk-memory', 'mutable-globals', 'nontrapping-float-to-int', 'sign-ext'].map((name) => `--enable-${name}`)
  const lowered = ['llvm-nontrapping-fptoint', 'signext', 'llvm-memory-copy-fill'].map((name) => `--${name}-lowering`)
  const smaller = ['-Oz', '--converge', '--low-memory-unused', '--strip-debug', '--strip-target-features']
  binaryen('wasm-opt', [inFolder('bound.wasm'), ...features, ...lowered, ...smaller, '-o', inFolder('small.wasm')])
  return readFileSync(inFolder('small.wasm'))
}

/** The engine without its data, and that: wasm2js would write it as base64, which is larger. */
function split(wasm) {
  let segments
  const code = rewrite(wasm, {
    [DATA_COUNT]: () => undefined,
    [DATA]: (source) => void (segments = dataSegments(source)),
  })
  const start = Math.min(...segments.map(({ at }) => at))
  const bytes = Buffer.alloc(Math.max(...segments.map(({ at, bytes }) => at + bytes.length)) - start)
  for (const segment of segments) segment.bytes.copy(bytes, segment.at - start)
  return { code, data: { start, bytes } }
}

function translate(wasm) {
  writeFileSync(inFolder('code.wasm'), wasm)
  // The form for Emscripten does nothing when it is imported.
  binaryen('wasm2js', [inFolder('code.wasm'), '-Oz', '--emscripten', '-o', inFolder('code.js')])
  return readFileSync(inFolder('code.js'), 'utf8')
}

/** A module that imports by name, so that a bundler can shorten the names. */
function toModule(code, { start, bytes }, reserved) {
  const modules = new Map()
  const imports = []
  const body = code
    .replace(/^ *var ([\w$]+) = imports(?:\["(.*)"\]|\.\w+);\n/gm, (_, variable, path) => (modules.set(variable, path), ''))
    .replace(/^ *var (fimport\$\d+) = ([\w$]+)\.([\w$]+);\n/gm, (_, name, variable, imported) => {
      const path = modules.get(variable)
      // wasm-bindgen leaves this one open where there are no tables.
      const own = imported === STATICS_END
      imports.push(own ? `const ${name} = () => ${reserved}` : `import { ${imported} as ${name} } from '${path}'`)
      return ''
    })
  if (imports.length === 0 || /\bimports[[.]/.test(body)) refuse('what wasm2js wrote does not import as it used to')
  const encoded = encode(bytes, true)
  return `${imports.join('\n')}
import { Machine, __wbg_set_wasm } from './glue_bg.js'
import { decode } from '../../xtask/js/text.mjs'
${body}
export function start() {
  const engine = instantiate()
  const data = decode(${JSON.stringify(encoded.text)}, ${JSON.stringify(encoded.kinds)}, ${bytes.length})
  new Uint8Array(engine.memory.buffer).set(data, ${start})
  __wbg_set_wasm(engine)
  return { Machine }
}
`
}

/** Memory that grows is another buffer here, and the old one is not detached: a view that is kept would not notice. */
function freshViews(glue) {
  return /cached\w+Memory0/.test(glue) ? refuse('the glue keeps views of memory, which xtask/js/lean.mjs does not find') : glue
}

function binaryen(program, args) {
  run(process.execPath, [join(root, 'node_modules', 'binaryen', 'bin', program), ...args])
}

function run(program, args) {
  try {
    return execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  } catch (error) {
    return refuse(`\`${program} ${args[0]}\` failed (${error.code ?? error.status}). \`cargo xtask build\` installs what is missing`)
  }
}

function refuse(reason) {
  console.error(`   ${reason}. See xtask/js/plain.mjs.`)
  process.exit(1)
}

main()
