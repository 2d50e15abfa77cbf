import assert from 'node:assert/strict'
import { test } from 'node:test'
import { number, text } from './binary.mjs'
import { withoutPanics } from './panics.mjs'

const section = (id, payload) => [id, ...number(payload.length), ...payload]
const body = (...instructions) => [instructions.length + 2, 0, ...instructions, 0x0b]

/** What the linker does: two paths, one right behind the other. */
const paths = 'src/a.rssrc/b.rs'
const said = 'not a path.rs'
const panicked = 'triggerRefCell already borrowedvisible'
const START = 64
const word = (value) => [...Buffer.from(Uint32Array.of(value).buffer)]
const place = (offset, length, line = 7, column = 9) => [offset + START, length, line, column].flatMap(word)
/** The last two are no places: one has no line, the other no name. */
const places = [...place(0, 8), ...place(8, 8), ...place(0, 8), ...place(0, 8, 0), ...place(16, said.length)]
const data = [...Buffer.from(paths + said), 0, 0, 0, ...places, ...Buffer.from(panicked)]

/** Each answers its number. */
const bodies = [0, 1, 2, 3, 4].map((n) => body(0x41, n))

/** Exports f0 to f4 and its memory. Before them is a function that is imported. */
const module = (names, functions = bodies) => Buffer.from([
  ...Buffer.from('\0asm'), 1, 0, 0, 0,
  ...section(1, [1, 0x60, 0, 1, 0x7f]),
  ...section(2, [1, ...text('g'), ...text('imported'), 0, 0]),
  ...section(3, [5, 0, 0, 0, 0, 0]),
  ...section(5, [1, 0, 1]),
  ...section(7, [6, ...text('memory'), 2, 0, ...[0, 1, 2, 3, 4].flatMap((n) => [...text(`f${n}`), 0, n + 1])]),
  ...section(10, [5, ...functions.flat()]),
  ...section(11, [1, 0, 0x41, 0x80 | START, 0, 0x0b, ...number(data.length), ...data]),
  ...section(0, [...text('name'), ...section(1, [names.length, ...names.flatMap((name, index) => [index + 1, ...text(name)])])]),
])

const instance = (wasm) => new WebAssembly.Instance(new WebAssembly.Module(wasm), { g: { imported: () => 0 } }).exports

test('what panics traps at once, and nothing else does', () => {
  const names = [
    'core[0123456789abcdef]::panicking::panic_fmt',
    'std[ab]::panicking::panic_count::is_zero',
    'core[ab]::result::unwrap_failed',
    'ours::panicking',
    'wasm_bindgen::throw_str::h0123456789abcdef',
  ]
  const { f0, f1, f2, f3, f4 } = instance(withoutPanics(module(names)))
  for (const panics of [f0, f2, f4]) assert.throws(panics, WebAssembly.RuntimeError)
  assert.deepEqual([f1(), f3()], [1, 3])
})

test('what only a panic formats with traps too', () => {
  const names = [
    'core[ab]::panicking::panic_fmt',
    '<core[ab]::fmt::Formatter>::pad',
    '<alloc[ab]::string::String as core[ab]::fmt::Write>::write_str',
    'core[ab]::fmt::write',
    'ours::write',
  ]
  const { f1, f2, f3, f4 } = instance(withoutPanics(module(names)))
  for (const formats of [f1, f2, f3]) assert.throws(formats, WebAssembly.RuntimeError)
  assert.equal(f4(), 4)
})

test('an engine that formats what it ships is refused', () => {
  const names = ['core::panicking::panic_fmt', 'core[ab]::fmt::write', 'ours::message', 'ours::other', 'ours::last']
  const call = body(0x10, 2)
  const calling = (index) => bodies.map((body, at) => (at === index ? call : body))
  assert.throws(() => withoutPanics(module(names, calling(2))), /ours::message formats/)
  // A panic may.
  withoutPanics(module(names, calling(0)))
})

test('places in the source are blank, names and all; what only looks like one stays', () => {
  const { memory } = instance(withoutPanics(module(['core::panicking::panic'])))
  const seen = Buffer.from(memory.buffer, START, data.length)
  const kept = paths.length + said.length + 3
  assert.equal(seen.subarray(0, kept).toString('latin1'), `${'\0'.repeat(paths.length)}${said}\0\0\0`)
  assert.deepEqual([...seen.subarray(kept, -panicked.length)], [...Array(48).fill(0), ...places.slice(48)])
})

test('what a panic would say is blank, and nothing beside it', () => {
  const { memory } = instance(withoutPanics(module(['core::panicking::panic'])))
  const seen = Buffer.from(memory.buffer, START + data.length - panicked.length, panicked.length)
  assert.equal(seen.toString('latin1'), `trigger${'\0'.repeat(24)}visible`)
})

test('an engine whose names are gone is refused', () => {
  assert.throws(() => withoutPanics(module(['f'])), /no function of the engine is named/)
})
