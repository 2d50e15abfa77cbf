// The engine as text that compresses well: less than its module does, and almost nothing is lost to being text.
//
// In a module opcodes, numbers of locals, constants and offsets into memory follow each other in turn, so that nothing
// tells brotli what comes next. Sorted by what they are they take a tenth less. And most of what follows an opcode never
// differs, such as the alignment of a load: so a function is a row of tokens, each of which stands for one instruction, or
// for some that often follow each other, by a template: bytes to write, and columns to take numbers from.
//
// `unpack.wat` puts it together again, where the page first uses the engine. In its memory are
//
//      0  where in the text each column goes on, 4 bytes for each
//   1024  what the characters of each column stand for, 512 bytes for each
//   6656  where each template begins, 2 bytes for each
//   8192  the templates
//  16384  the text, and the module behind it

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CODE, number, reader } from './binary.mjs'
import { encode, singles } from './text.mjs'
import { TEXT } from './unpack.mjs'

/** What is around the functions. */
const FRAME = 0
const TOKEN = 1
const LOCAL = 2 // that is read
const OFFSET = 3
const INTEGER = 4
const REST = 5 // integers of 64 bits, floats, and what is seldom more than one byte
const LABEL = 6
const FUNCTION = 7
const DECLARATION = 8 // of a function's locals
const TEMPLATE = 9
const WRITTEN = 10 // locals
const COLUMNS = 11

/** In a template: a number of a column, one byte of a column, the beginning of a function, the template's end. All else is
 * a byte to write; of those only this prefix is as high. */
const A_NUMBER = 0xe0
const A_BYTE = 0xf0
const BEGIN = 0xfe
const END = 0xff
const PREFIX = 0xfc

const REF_FUNC = 0xd2

/** A token is one byte. */
const TOKENS = 256
/** So often are the two tokens that most often follow each other made one. More gains nothing after brotli. */
const PAIRINGS = 20

/** What of constants and offsets is part of the template, as the bytes that it takes: zero, and what Rust has in place of a
 * length for "none". */
const COMMONPLACE = ['0', '128,128,128,128,120']

/**
 * The characters of a column in the order of what brotli sees in them: it tells apart what comes before by kinds of
 * characters (RFC 7932, section 7.1), and these are in the kinds with the fewest others.
 */
const RARE_KINDS = " %.=',:;()<>[]{AEIOUaeiou0123456789"

/** A function's size is known only after the function, so the place for it has always this many bytes. */
const SIZE = 3

/** The module of `unpack.wat`, which `unpack` takes. */
export function unpacker() {
  const place = (path) => fileURLToPath(new URL(path, import.meta.url))
  const args = [place('../../node_modules/binaryen/bin/wasm-opt'), place('unpack.wat'), '-Oz', '--converge', '-o', '-']
  return execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** @returns {{ text: string, starts: number[], layout: number[], pages: number, length: number }} for `unpack`. */
export function pack(wasm) {
  const { frame, before, functions } = sections(wasm)
  const tokens = pair(functions.flatMap(tokensOf))
  const templates = inOrder(tokens)
  const numbers = new Map(templates.map((template, index) => [template.join(), index]))
  const columns = Array.from({ length: COLUMNS }, () => [])
  columns[FRAME] = frame
  for (const template of templates) columns[TEMPLATE].push(...template, END)
  for (const { template, operands } of tokens) {
    columns[TOKEN].push(numbers.get(template.join()))
    for (const [column, bytes] of operands) columns[column].push(...bytes)
  }
  const encoded = columns.map((column, index) => encode(column, index === FRAME))
  const text = [...encoded.map(({ text }) => text), ...encoded.map(({ kinds }) => kinds)]
  let end = TEXT
  const starts = text.map(({ length }) => (end += length) - length)
  const length = frame.length + inAll(functions)
  return {
    text: text.join(''),
    starts: starts.slice(0, COLUMNS),
    layout: [starts[COLUMNS], end, templates.length, before, tokens.length, frame.length - before],
    pages: Math.ceil((end + length) / 65536) - 1,
    length,
  }
}

/** What is around the functions, how much of it is before them, and each function from behind its size to its end. */
function sections(wasm) {
  const source = reader(wasm)
  const frame = [...source.take(8)]
  let before = 0
  let functions = []
  while (!source.ended()) {
    const id = source.take(1)
    const payload = source.take(source.number())
    if (id[0] !== CODE) {
      frame.push(...id, ...number(payload.length), ...payload)
      continue
    }
    functions = bodies(payload)
    const count = number(functions.length)
    frame.push(...id, ...number(count.length + inAll(functions)), ...count)
    before = frame.length
  }
  return { frame, before, functions }
}

/** The functions of a code section, each from behind its size to its end. */
export function bodies(payload) {
  const source = reader(payload)
  return Array.from({ length: source.number() }, () => source.take(source.number()))
}

const inAll = (functions) => functions.reduce((sum, body) => sum + SIZE + body.length, 0)

/** The tokens of a function, each with its template, and the bytes that this takes from columns. */
function tokensOf(body) {
  const source = reader(body)
  const tokens = []
  let template
  let operands
  const begin = (...items) => tokens.push({ template: (template = items), operands: (operands = []) })
  const take = (item, column, bytes) => {
    template.push(item | column)
    operands.push([column, bytes])
  }
  const operand = (column) => {
    let value
    take(A_NUMBER, column, source.span(() => (value = source.number())))
    return value
  }
  const uncommon = (column) => {
    const bytes = source.span(() => source.number())
    if (COMMONPLACE.includes(bytes.join())) template.push(...bytes)
    else take(A_NUMBER, column, bytes)
  }
  const bytes = (count) => {
    while (count-- > 0) take(A_BYTE, REST, source.take(1))
  }
  /** What hardly ever differs is part of the template, unless it takes more than a byte. */
  const fixed = () => {
    let value
    const bytes = source.span(() => (value = source.number()))
    if (value < 128) template.push(value)
    else take(A_NUMBER, REST, bytes)
    return value
  }

  begin(BEGIN)
  for (let kinds = fixed(); kinds > 0; kinds--) {
    operand(DECLARATION)
    fixed()
  }
  while (!source.ended()) {
    const [opcode] = source.take(1)
    begin(opcode)
    switch (opcode) {
      case 0x0c: // br
      case 0x0d: // br_if
        operand(LABEL)
        break
      case 0x0e: // br_table
        for (let labels = operand(LABEL) + 1; labels > 0; labels--) {
          begin()
          operand(LABEL)
        }
        break
      case 0x10: // call
        operand(FUNCTION)
        break
      case 0x20: // local.get
        operand(LOCAL)
        break
      case 0x21: // local.set
      case 0x22: // local.tee
        operand(WRITTEN)
        break
      case 0x02: // block
      case 0x03: // loop
      case 0x04: // if
      case 0x23: // global.get
      case 0x24: // global.set
      case 0x25: // table.get
      case 0x26: // table.set
      case 0x3f: // memory.size
      case 0x40: // memory.grow
      case 0xd0: // ref.null
      case REF_FUNC:
        fixed()
        break
      case 0x11: // call_indirect
      case 0x1c: // select with a type
        fixed()
        fixed()
        break
      case 0x41: // i32.const
        uncommon(INTEGER)
        break
      case 0x42: // i64.const
        operand(REST)
        break
      case 0x43: // f32.const
        bytes(4)
        break
      case 0x44: // f64.const
        bytes(8)
        break
      case PREFIX: {
        // Numbers 8 to 17 work on memories and tables; those below convert numbers and have no operands.
        const number = fixed()
        for (let left = number < 8 ? 0 : number > 14 || number % 2 ? 1 : 2; left > 0; left--) fixed()
        break
      }
      default:
        if (opcode > 0x27 && opcode < 0x3f) {
          // Loads and stores.
          fixed()
          uncommon(OFFSET)
        } else if (!isAlone(opcode)) {
          const name = opcode.toString(16).padStart(2, '0')
          throw new Error(`the engine has an instruction that xtask/js/pack.mjs does not know: 0x${name}. Add its operands to \`tokensOf\`.`)
        }
    }
  }
  return tokens.map((token) => ({ ...token, name: token.template.join() }))
}

/** The numbers of the functions that a function calls. */
export function calls(body) {
  const called = tokensOf(body).flatMap(({ operands }) => operands.filter(([column]) => column === FUNCTION))
  return new Set(called.map(([, bytes]) => reader(bytes).number()))
}

/** A function that calls what `place` says for each function that it called. */
export function withCalls(body, place) {
  const bytes = []
  for (const { template, operands } of tokensOf(body)) {
    if (template[0] === REF_FUNC) throw new Error('the engine names a function without calling it. Teach `withCalls` of xtask/js/pack.mjs.')
    const given = operands.values()
    for (const item of template) {
      if (item === BEGIN) continue
      if (item < A_NUMBER || item === PREFIX) bytes.push(item)
      else {
        const [column, operand] = given.next().value
        bytes.push(...(column === FUNCTION ? number(place(reader(operand).number())) : operand))
      }
    }
  }
  return Buffer.from(bytes)
}

/** Whether an instruction has no operands. */
const isAlone = (opcode) =>
  [0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b, 0xd1].includes(opcode) || (opcode > 0x44 && opcode < 0xc5)

/** Makes one of the two that most often follow each other within a function, and again. */
function pair(tokens) {
  let row = tokens
  for (let left = Math.min(PAIRINGS, TOKENS - countsOf(row).size); left > 0; left--) {
    const common = mostCommonPair(row)
    if (!common) break
    const [first, second] = common
    const joined = { name: `${first.name} ${second.name}`, template: [...first.template, ...second.template] }
    const paired = []
    for (const token of row) {
      const last = paired.at(-1)
      if (last?.name !== first.name || token.name !== second.name) paired.push(token)
      else paired[paired.length - 1] = { ...joined, operands: [...last.operands, ...token.operands] }
    }
    row = paired
  }
  return row
}

function mostCommonPair(row) {
  const counts = new Map()
  let most = 1
  let found
  for (let at = 1; at < row.length; at++) {
    const [first, second] = [row[at - 1], row[at]]
    if (second.template[0] === BEGIN) continue
    if (!counts.has(first.name)) counts.set(first.name, new Map())
    const seconds = counts.get(first.name)
    const count = (seconds.get(second.name) ?? 0) + 1
    seconds.set(second.name, count)
    if (count > most) [most, found] = [count, [first, second]]
  }
  return found
}

function countsOf(row) {
  const counts = new Map()
  for (const { name } of row) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** The templates, each in the place that is the number of its token. */
function inOrder(row) {
  const counts = countsOf(row)
  if (counts.size > TOKENS) {
    throw new Error(`the engine has ${counts.size} kinds of instructions, for which xtask/js/pack.mjs has ${TOKENS} tokens.`)
  }
  const byName = new Map(row.map(({ name, template }) => [name, template]))
  const byCount = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a))
  const templates = []
  placesByKind(byCount.length).forEach((place, index) => (templates[place] = byName.get(byCount[index])))
  return templates
}

/** The numbers of tokens, those first whose characters are best. */
function placesByKind(count) {
  const best = [...RARE_KINDS].map((character) => singles.indexOf(character.charCodeAt()))
  const places = new Set([...best, ...Array(count).keys()])
  return [...places].filter((place) => place < count)
}
