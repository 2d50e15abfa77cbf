import assert from 'node:assert/strict'
import { test } from 'node:test'
import { number } from './binary.mjs'
import { pack, unpacker } from './pack.mjs'
import { unpack } from './unpack.mjs'

/** Who takes an operand of 11 for an opcode sees the function end there. */
const LAST = 11
const dozen = (entry) => [12, ...Array.from({ length: 12 }, () => entry).flat()]

const section = (id, payload) => [id, ...number(payload.length), ...payload]
const body = (...instructions) => [...number(instructions.length + 4), 1, 12, 0x7f, ...instructions, 0x0b]

/** A module with a dozen of everything, whose function `f` has these instructions and returns an i32. */
const module = (...instructions) => Buffer.from([
  ...Buffer.from('\0asm'), 1, 0, 0, 0,
  ...section(1, dozen([0x60, 0, 1, 0x7f])),
  ...section(3, dozen([0])),
  ...section(4, dozen([0x70, 0, 1])),
  ...section(5, [1, 0, 1]),
  ...section(6, dozen([0x7f, 1, 0x41, 7, 0x0b])),
  ...section(7, [1, 1, 'f'.charCodeAt(), 0, 0]),
  ...section(9, [1, 2, LAST, 0x41, 0, 0x0b, 0, 1, LAST]),
  ...section(12, [12]),
  ...section(10, [12, ...body(...instructions), ...Array.from({ length: 11 }, () => body(0x41, 42)).flat()]),
  ...section(11, dozen([1, 0])),
])

/** A signed LEB128. */
function signed(value) {
  const bytes = []
  for (;;) {
    const byte = value & 127
    value >>= 7
    if (value === -(byte >> 6)) return [...bytes, byte]
    bytes.push(byte | 128)
  }
}

const run = (wasm) => new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports.f()

const program = unpacker()
const unpacked = (wasm) => unpack(program, pack(wasm))

const nested = (...instructions) =>
  [...Array.from({ length: 12 }, () => [0x02, 0x40]).flat(), ...instructions, ...new Array(12).fill(0x0b), 0x41, 2]

/** Instructions of every form, each of which leaves one i32 on the stack. */
const forms = {
  'i32.const': [0x41, LAST],
  'i32.const of no bit': [0x41, 0],
  'i32.const of the highest bit': [0x41, 0x80, 0x80, 0x80, 0x80, 0x78],
  'i64.const': [0x42, LAST, 0xa7],
  'f32.const': [0x43, LAST, 0, 0xc0, 0x3f, 0xfc, 0],
  'f64.const': [0x44, LAST, 0, 0, 0, 0, 0, 0x24, 0x40, 0xfc, 2],
  'local.get': [0x20, LAST],
  'local.set': [0x41, 1, 0x21, LAST, 0x20, LAST],
  'local.tee': [0x41, 1, 0x22, LAST],
  'global.get': [0x23, LAST],
  'global.set': [0x41, 3, 0x24, LAST, 0x23, 0],
  'table.get': [0x41, 0, 0x25, LAST, 0xd1],
  'table.set': [0x41, 0, 0xd0, 0x70, 0x26, LAST, 0x41, 1],
  load: [0x41, 0, 0x28, 2, LAST],
  'load from where it points': [0x41, 0, 0x28, 2, 0],
  store: [0x41, 8, 0x41, 5, 0x36, 2, 0x8b, 1, 0x41, 1],
  'memory.size and memory.grow': [0x3f, 0, 0x40, 0],
  call: [0x10, LAST],
  call_indirect: [0x41, 0, 0x11, LAST, LAST],
  block: [0x02, LAST, 0x41, 4, 0x0b],
  loop: [0x03, LAST, 0x41, 4, 0x0b],
  if: [0x41, 1, 0x04, LAST, 0x41, 6, 0x05, 0x41, 7, 0x0b],
  br: nested(0x0c, LAST),
  br_if: nested(0x41, 1, 0x0d, LAST),
  br_table: nested(0x41, 1, 0x0e, 2, LAST, LAST, LAST),
  'select with a type': [0x41, 1, 0x41, 2, 0x41, 1, 0x1c, 1, 0x7f],
  'ref.func': [0xd2, LAST, 0xd1],
  'memory.copy': [0x41, 16, 0x41, 0, 0x41, 4, 0xfc, 10, 0, 0, 0x41, 1],
  'memory.fill': [0x41, 16, 0x41, 0, 0x41, 4, 0xfc, 11, 0, 0x41, 1],
  'memory.init': [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, LAST, 0, 0x41, 1],
  'data.drop': [0xfc, 9, LAST, 0x41, 1],
  'table.copy': [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 14, LAST, LAST, 0x41, 1],
  'table.size': [0xfc, 16, LAST],
}

for (const [name, instructions] of Object.entries(forms)) {
  test(`an instruction comes back: ${name}`, () => {
    const wasm = module(...instructions)
    assert.ok(WebAssembly.validate(wasm), 'the test made a module that is none')
    const again = unpacked(wasm)
    assert.ok(WebAssembly.validate(again))
    assert.equal(run(again), run(wasm))
  })
}

test('only the sizes of functions grow', () => {
  const wasm = module(0x41, 1)
  assert.equal(unpacked(wasm).length, wasm.length + 12 * 2)
})

test('what often follows each other comes back in its place, and so do all values of a byte', () => {
  const sum = Array.from({ length: 300 }, (_, index) => [0x41, ...signed(index), 0x6a, 0x41, ...signed(-index), 0x6a]).flat()
  const wasm = module(0x41, 5, ...sum)
  assert.equal(run(unpacked(wasm)), 5)
})

test('there may be more kinds of instructions than characters', () => {
  // Two numbers of one type make an i32: comparisons of i32 and i64.
  const compare = (constant, opcode) => [constant, 1, constant, 1, opcode, 0x1a]
  const range = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const all = [
    ...range(0x46, 0x4f).map((opcode) => compare(0x41, opcode)),
    ...range(0x51, 0x5a).map((opcode) => compare(0x42, opcode)),
    ...range(0x67, 0x69).map((opcode) => [0x41, 1, opcode, 0x1a]),
    ...range(0x6a, 0x78).map((opcode) => compare(0x41, opcode)),
    ...range(0x79, 0x7b).map((opcode) => [0x42, 1, opcode, 0x1a]),
    ...range(0x7c, 0x8a).map((opcode) => compare(0x42, opcode)),
    ...range(0x28, 0x35).map((opcode) => [0x41, 0, opcode, 0, 0, 0x1a]),
    ...[0x2e, 0x2f, ...range(0x32, 0x35)].map((opcode) => [0x41, 0, opcode, 1, 0, 0x1a]),
    ...range(0xb2, 0xb5).map((opcode) => [opcode < 0xb4 ? 0x41 : 0x42, 1, opcode, 0x1a]),
    ...range(0xb7, 0xba).map((opcode) => [opcode < 0xb9 ? 0x41 : 0x42, 1, opcode, 0x1a]),
    ...range(0, 11).map((local) => [0x20, local, 0x1a]),
  ]
  const wasm = module(...all.flat(), 0x41, 9)
  assert.ok(WebAssembly.validate(wasm), 'the test made a module that is none')
  assert.equal(run(unpacked(wasm)), 9)
})

test('an unknown instruction is refused when the package is made', () => {
  for (const unknown of [[0xfe, LAST], [0xfe, 0x02]]) {
    assert.throws(() => pack(module(...unknown, 0x41, 1)), /does not know.*Add its operands to `tokensOf`/)
  }
})
