import assert from 'node:assert/strict'
import { test } from 'node:test'
import { number } from './binary.mjs'
import { shorten } from './names.mjs'

const text = (value) => [value.length, ...Buffer.from(value)]
const section = (id, payload) => [id, payload.length, ...payload]

/** Imports of every kind, and a function that calls the imported one: `run() = answer() + 1`. */
const module = Buffer.from([
  ...Buffer.from('\0asm'), 1, 0, 0, 0,
  ...section(1, [1, 0x60, 0, 1, 0x7f]),
  ...section(2, [4,
    ...text('g'), ...text('__wbg_answer_0123456789abcdef'), 0, 0,
    ...text('g'), ...text('memory'), 2, 1, 1, 2,
    ...text('g'), ...text('table'), 1, 0x70, 0, 1,
    ...text('g'), ...text('base'), 3, 0x7f, 0,
  ]),
  ...section(3, [1, 0]),
  ...section(7, [2, ...text('run_h0123456789abcdee'), 0, 1, ...text('keep'), 0, 1]),
  ...section(10, [1, 7, 0, 0x10, 0, 0x41, 1, 0x6a, 0x0b]),
])
const source = 'export function __wbg_answer_0123456789abcdef() {}\nwasm.run_h0123456789abcdee(answer_0123456789abcdef)'

test('engine and glue agree on the short names, and the rest is as it was', () => {
  const { wasm, glue } = shorten(module, source)
  assert.equal(glue, 'export function $0() {}\nwasm.a(answer_0123456789abcdef)')
  const compiled = new WebAssembly.Module(wasm)
  assert.deepEqual(WebAssembly.Module.imports(compiled).map(({ module, name }) => `${module} ${name}`), ['g $0', 'g memory', 'g table', 'g base'])
  const { exports } = new WebAssembly.Instance(compiled, {
    g: {
      $0: () => 41,
      memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
      table: new WebAssembly.Table({ initial: 1, element: 'anyfunc' }),
      base: 0,
    },
  })
  assert.equal(exports.a(), 42)
  assert.equal(exports.keep(), 42)
})

test('names are shortened once: after that it stays byte for byte', () => {
  const { wasm: once, glue } = shorten(module, source)
  assert.deepEqual(shorten(once, glue), { wasm: once, glue })
})

test('what JavaScript named keeps its name, of 127 bytes and more too', () => {
  const long = 'x'.repeat(205)
  const bytes = Buffer.concat([module.subarray(0, 8), Buffer.from([7, 210, 1, 1, 205, 1]), Buffer.from(long), Buffer.from([0, 0])])
  assert.deepEqual(shorten(bytes, '').wasm, bytes)
})

test('there may be more names than letters, and a function of the glue may have the name of an export', () => {
  const count = 60
  const names = Array.from({ length: count }, (_, index) => `f_${String(index).padStart(2, '0')}`)
  const payload = [count, ...names.flatMap((name) => [...text(name), 0, 0])]
  const exporting = Buffer.from([...module.subarray(0, 8), 7, ...number(payload.length), ...payload])
  const { glue } = shorten(exporting, names.map((name) => `function ${name}() { return wasm.${name} }`).join('\n'))
  const asked = Array.from(glue.matchAll(/wasm\.(\w+)/g), ([, name]) => name)
  assert.equal(new Set(asked).size, count)
  assert.match(glue, /^function f_00\(\) \{ return wasm\.a \}/)
})
