// The engine in columns: what means the same stands together.
//
// In a module opcodes, numbers of locals, constants and offsets into memory follow each other in
// turn, so that nothing tells brotli what comes next. Sorted by what they are they take a tenth
// less. `split` sorts them when the package is made, `join` puts them back when the engine starts,
// and both go through the functions by the same `walk`.

import { CODE, number, reader } from './binary.mjs'

/** What is around the functions, then what they consist of. */
const FRAME = 0
const OPCODE = 1 // and the operands that depend on it, or that few instructions have
const LOCAL = 2
const OFFSET = 3
const INTEGER = 4
const WIDE = 5 // integers of 64 bits, and floats
const LABEL = 6
const FUNCTION = 7
const DECLARATION = 8 // of a function's locals
const COLUMNS = 9

/** A function's size is known only after the function, so the place for it has always this many bytes. */
const SIZE = 3

/** Goes through a function, from behind its size to its end. `move(column)` moves one byte and returns it. */
function walk(move) {
  const operand = (column) => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = move(column)
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  const operands = (count, column) => {
    while (count-- > 0) operand(column)
  }
  operands(2 * operand(DECLARATION), DECLARATION)
  for (let depth = 1; depth > 0; ) {
    const opcode = move(OPCODE)
    switch (opcode) {
      case 0x02: // block
      case 0x03: // loop
      case 0x04: // if
        depth++
        operand(OPCODE)
        break
      case 0x0b: // end
        depth--
        break
      case 0x0c: // br
      case 0x0d: // br_if
        operand(LABEL)
        break
      case 0x0e: // br_table
        operands(operand(LABEL) + 1, LABEL)
        break
      case 0x10: // call
        operand(FUNCTION)
        break
      case 0x11: // call_indirect
      case 0x1c: // select with a type
        operands(2, OPCODE)
        break
      case 0x20: // local.get
      case 0x21: // local.set
      case 0x22: // local.tee
        operand(LOCAL)
        break
      case 0x23: // global.get
      case 0x24: // global.set
      case 0x25: // table.get
      case 0x26: // table.set
      case 0x3f: // memory.size
      case 0x40: // memory.grow
      case 0xd0: // ref.null
      case 0xd2: // ref.func
        operand(OPCODE)
        break
      case 0x41: // i32.const
        operand(INTEGER)
        break
      case 0x42: // i64.const
        operand(WIDE)
        break
      case 0x43: // f32.const
      case 0x44: // f64.const
        for (let left = opcode === 0x43 ? 4 : 8; left > 0; left--) move(WIDE)
        break
      case 0xfc: {
        // Numbers 8 to 17 work on memories and tables; those below convert numbers and have no operands.
        const number = operand(OPCODE)
        operands(number < 8 ? 0 : number > 14 || number % 2 ? 1 : 2, OPCODE)
        break
      }
      default:
        // Loads and stores; the rest has no operands.
        if (opcode > 0x27 && opcode < 0x3f) {
          operand(OPCODE)
          operand(OFFSET)
        }
    }
  }
}

/**
 * Sorts a module.
 *
 * @returns {{ bytes: Buffer, layout: object }} what `join` makes the module of. Its functions' sizes are longer than they
 * need to be; all else is as it was.
 */
export function split(wasm) {
  const columns = Array.from({ length: COLUMNS }, () => [])
  const frame = columns[FRAME]
  const layout = { before: 0, functions: 0, length: 0 }
  const source = reader(wasm)
  frame.push(...source.take(8))
  while (!source.ended()) {
    const id = source.take(1)
    const payload = source.take(source.number())
    if (id[0] !== CODE) {
      frame.push(...id, ...number(payload.length), ...payload)
      continue
    }
    const bodies = functions(payload)
    for (const body of bodies) sort(body, columns)
    const count = number(bodies.length)
    const size = bodies.reduce((sum, body) => sum + SIZE + body.length, count.length)
    frame.push(...id, ...number(size), ...count)
    layout.before = frame.length
    layout.functions = bodies.length
    layout.length = size - count.length
  }
  layout.length += frame.length
  let end = 0
  layout.starts = columns.map(({ length }) => (end += length) - length)
  return { bytes: Buffer.from(columns.flat()), layout }
}

function functions(payload) {
  const source = reader(payload)
  return Array.from({ length: source.number() }, () => source.take(source.number()))
}

function sort(body, columns) {
  let at = 0
  walk((column) => {
    if (at === body.length) throw unknown()
    columns[column].push(body[at])
    return body[at++]
  })
  if (at < body.length) throw unknown()
}

/** The numbers of the functions that a function calls. */
export function calls(body) {
  let at = 0
  const called = []
  walk((column) => {
    if (column === FUNCTION) called.push(body[at])
    return body[at++]
  })
  const source = reader(Buffer.from(called))
  const numbers = new Set()
  while (!source.ended()) numbers.add(source.number())
  return numbers
}

// A function, so that it does not get into what is shipped.
const unknown = () => new Error('the engine has an instruction that xtask/js/columns.mjs does not know. Add its operands to `walk`.')

/** The way back; it is shipped. */
export function join(bytes, { starts, before, functions, length }) {
  const module = new Uint8Array(length)
  const next = [...starts]
  let end = 0
  const move = (column) => (module[end++] = bytes[next[column]++])
  while (end < before) move(FRAME)
  while (functions-- > 0) {
    const start = (end += SIZE)
    walk(move)
    const size = end - start
    module.set([size | 128, (size >> 7) | 128, size >> 14], start - SIZE)
  }
  while (end < length) move(FRAME)
  return module
}
