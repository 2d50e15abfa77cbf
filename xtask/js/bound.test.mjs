import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXPORTS, rewrite, text } from './binary.mjs'
import { neededExports, reservedSlots } from './bound.mjs'

const section = (id, payload) => [id, payload.length, ...payload]

/** Exports its memory and a function twice. */
const module = Buffer.from([
  ...Buffer.from('\0asm'), 1, 0, 0, 0,
  ...section(1, [1, 0x60, 0, 1, 0x7f]),
  ...section(3, [1, 0]),
  ...section(5, [1, 0, 1]),
  ...section(7, [3, ...text('asked'), 0, 0, ...text('unasked'), 0, 0, ...text('memory'), 2, 0]),
  ...section(10, [1, 4, 0, 0x41, 42, 0x0b]),
])

test('only what the glue asks for is exported', () => {
  const kept = rewrite(module, { [EXPORTS]: (source) => neededExports(source, 'wasm.asked(); new DataView(wasm.memory.buffer)') })
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kept))
  assert.deepEqual(Object.keys(exports), ['asked', 'memory'])
  assert.equal(exports.asked(), 42)
})

test('the glue says which values it never drops', () => {
  assert.equal(reservedSlots('function dropObject(idx) {\n    if (idx < 1028) return;\n'), 1028)
  assert.throws(() => reservedSlots('function dropObject() {}'), /does not say which values it never drops/)
})
