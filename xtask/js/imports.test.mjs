import assert from 'node:assert/strict'
import { test } from 'node:test'
import { numbered } from './imports.mjs'

const text = (value) => [value.length, ...Buffer.from(value)]
const section = (id, payload) => [id, payload.length, ...payload]
const own = 'data:text/javascript,export const seven = () => 7'

/** Imports a function of the glue, one that may throw, and one of our own module; `sum()` is what they return together. */
const module = Buffer.from([
  ...Buffer.from('\0asm'), 1, 0, 0, 0,
  ...section(1, [1, 0x60, 0, 1, 0x7f]),
  ...section(2, [3,
    ...text('./glue_bg.js'), ...text('__wbg_answer_01'), 0, 0,
    ...text('./glue_bg.js'), ...text('__wbg_throws_02'), 0, 0,
    ...text(own), ...text('seven'), 0, 0,
  ]),
  ...section(3, [1, 0]),
  ...section(7, [1, ...text('sum'), 0, 3]),
  ...section(10, [1, 10, 0, 0x10, 0, 0x10, 1, 0x6a, 0x10, 2, 0x6a, 0x0b]),
])

const written = `
export class Client {}
export function __wbg_unused_00() {
    return 1000;
}
export function __wbg_answer_01() {
    const ret = 40;
    return ret;
}
export function __wbg_throws_02() { return handleError(function () {
    throw 'caught';
}, arguments); }
const kept = [];
function addHeapObject(value) { return kept.push(value); }
let wasm = { __wbindgen_exn_store(place) { kept.push(place); } };
export function __wbg_set_wasm(val) {
    wasm = val;
}
export { kept };
`

test('what the engine imports is the array of the glue, our own functions included', async () => {
  const { wasm, glue } = numbered(module, written, 'e')
  const { imports, kept, Client, __wbg_set_wasm } = await import(`data:text/javascript,${encodeURIComponent(glue)}`)
  assert.equal(imports.length, 3)
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), { e: imports })
  assert.equal(exports.sum(), 40 + 0 + 7)
  assert.deepEqual(kept, ['caught', 1])
  assert.equal(typeof Client, 'function')
  assert.equal(typeof __wbg_set_wasm, 'function')
})

test('what the engine does not import is not in the glue', () => {
  assert.doesNotMatch(numbered(module, written, 'e').glue, /1000/)
})
