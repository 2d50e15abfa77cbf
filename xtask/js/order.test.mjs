import assert from 'node:assert/strict'
import { test } from 'node:test'
import { number } from './binary.mjs'
import { ordered } from './order.mjs'

const text = (value) => [value.length, ...Buffer.from(value)]
const section = (id, payload) => [id, ...number(payload.length), ...payload]
const body = (...instructions) => [...number(instructions.length + 2), 0, ...instructions, 0x0b]

/** Of the functions, those of two types take turns; 0 is imported. Each is called, exported, in the table, or where it starts. */
const module = ({ elements = [0, 0x41, 0, 0x0b, 2, 1, 0], last = [0x41, 9, 0x24, 0] } = {}) => Buffer.from([
  ...Buffer.from('\0asm'), 1, 0, 0, 0,
  ...section(1, [3, 0x60, 0, 0, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f]),
  ...section(2, [1, ...text('e'), ...text('ten'), 0, 1]),
  ...section(3, [5, 2, 1, 2, 1, 0]),
  ...section(4, [1, 0x70, 0, 2]),
  ...section(6, [1, 0x7f, 1, 0x41, 0, 0x0b]),
  ...section(7, [4, ...text('first'), 0, 1, ...text('second'), 0, 2, ...text('fourth'), 0, 4, ...text('started'), 3, 0]),
  ...section(8, [5]),
  ...section(9, [1, ...elements]),
  ...section(10, [5,
    ...body(0x20, 0, 0x41, 1, 0x6a), // first(x) = x + 1
    ...body(0x41, 5, 0x10, 3, 0x10, 0, 0x6a), // second() = third(5) + ten()
    ...body(0x20, 0, 0x10, 1, 0x41, 2, 0x6c), // third(x) = first(x) * 2
    ...body(0x41, 20, 0x41, 0, 0x11, 2, 0), // fourth() = table[0](20)
    ...body(...last), // started = 9
  ]),
])

const start = (wasm) => new WebAssembly.Instance(new WebAssembly.Module(wasm), { e: { ten: () => 10 } }).exports

test('functions in another order do the same: called, exported, in a table, and where the module starts', () => {
  const wasm = module()
  const moved = ordered(wasm)
  assert.notDeepEqual(moved, wasm)
  for (const { first, second, fourth, started } of [start(wasm), start(moved)]) {
    assert.deepEqual([first(6), second(), fourth(), started.value], [7, 22, 21, 9])
  }
})

test('functions of one type stand in a row, and those that begin alike', () => {
  const moved = ordered(module())
  assert.ok(moved.includes(Buffer.from(section(3, [5, 0, 1, 1, 2, 2]))))
  // The third, which calls the first at its new place, goes before it.
  assert.ok(moved.includes(Buffer.from([...body(0x20, 0, 0x10, 5, 0x41, 2, 0x6c), ...body(0x20, 0, 0x41, 1, 0x6a)])))
})

test('what names functions in a way of its own is refused', () => {
  assert.throws(() => ordered(module({ elements: [1, 0, 1, 3] })), /in a table in a way/)
  assert.throws(() => ordered(module({ last: [0xd2, 1, 0x1a] })), /names a function without calling it/)
})
