// The engine without what a panic says.
//
// A panic ends in a trap, and what std makes of it before goes nowhere in a browser: there is no standard error. So the
// functions that do that trap at once, and the places in the source that they would name are blanked.
//
// Nothing but panics formats anything in the engine (src/core/text.rs says why), so what std formats with goes too.

import { CODE, CUSTOM, DATA, IMPORTS, dataSegments, fromSegments, number, reader, rewrite } from './binary.mjs'
import { importedFunctions } from './imports.mjs'
import { calls } from './pack.mjs'

/** The names of functions that never return; what they take is for the message. Hashes of crates are gone from them. */
const PANICS = [
  /^<?(core|std)::panicking::(?!panic_count)/,
  /^core::(option|result)::(expect|unwrap)_failed$/,
  /^core::cell::(lazy::)?panic_\w+$/,
  /^core::(slice|str)::([\w:]+::)?\w+_fail$/,
  /^alloc::raw_vec::(handle_error|capacity_overflow)$/,
  /^alloc::alloc::handle_alloc_error$/,
  /^__rustc::rust_(begin_unwind|panic)$/,
  // wasm-bindgen's own, which would be an exception.
  /^wasm_bindgen::throw_str\b/,
]

/** Those that only a panic's message takes. They stand in tables, where wasm-opt cannot see that nothing asks for them. */
const FORMATS = [/^core::fmt::write$/, /^<core::fmt::Formatter>::/, /^<.* as core::fmt::(Debug|Display|Write)>::/]

/** What they would say, as std and wasm-bindgen have it. What another version says instead only stays. */
const SAYINGS = [
  ') does not match destination slice length (',
  'FnOnce called more than once',
  'a Display implementation returned an error unexpectedly',
  'a formatting trait implementation returned an error when the underlying stream did not',
  'attempt to join into collection with len > usize::MAX',
  'attempted to take ownership of Rust value while it was borrowed',
  'called `Option::unwrap_throw()` on a `None` value',
  'called `Result::unwrap_throw()` on an `Err` value',
  'closure invoked recursively or after being dropped',
  'copy_from_slice: source slice length (',
  'mid > len',
  'null pointer passed to rust',
  'recursive use of an object detected which would lead to unsafe aliasing in rust',
  'RefCell already borrowed',
  'RefCell already mutably borrowed',
  'LazyCell instance has previously been poisoned',
  'Tried to shrink to a larger capacity',
  'attempt to calculate the remainder with a divisor of zero',
  'assertion failed: self.is_char_boundary(new_len)',
  'capacity overflow',
  '`async fn` resumed after completion',
  'internal error: entered unreachable code',
  "The JS binding should only ever produce a valid value or the specific 'invalid' value",
  'finish: callbacks should be Some',
  'finish: result should be None',
  'slice index starts at ',
  ' but ends at ',
  'index out of bounds: the len is ',
  ' but the index is ',
  'range start index ',
  'range end index ',
  ' out of range for slice of length ',
  'insertion index (is ',
  ') should be <= len (is ',
  'removal index (is ',
  'swap_remove index (is ',
  ') should be < len (is ',
  // The digits of numbers, by twos.
  Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0')).join(''),
]

/** No locals, `unreachable`, `end`. */
const TRAP = Buffer.from([0, 0x00, 0x0b])

/** The module, which has the names of its functions, with less in it. It does the same, but for what panics would say. */
export function withoutPanics(wasm) {
  let imported = 0
  let names = new Map()
  rewrite(wasm, {
    [IMPORTS]: (source) => void (imported = importedFunctions(source)),
    [CUSTOM]: (source) => void (names = source.text() === 'name' ? functionNames(source) : names),
  })
  const named = (patterns) => new Set([...names].filter(([, name]) => is(name, patterns)).map(([index]) => index))
  const [panics, formats] = [named(PANICS), named(FORMATS)]
  if (panics.size === 0) throw new Error('no function of the engine is named as those are that panic. Look at xtask/js/panics.mjs.')
  return rewrite(wasm, {
    [CODE]: (source) => {
      const bodies = Array.from({ length: source.number() }, (_, index) => {
        const body = source.take(source.number())
        const self = imported + index
        if (panics.has(self) || formats.has(self)) return TRAP
        if (formats.size > 0) refuseFormatting(names.get(self), calls(body), formats)
        return body
      })
      return Buffer.concat([number(bodies.length), ...bodies.flatMap((body) => [number(body.length), body])])
    },
    [DATA]: blank,
  })
}

/** The names' hashes of crates tell nothing. */
const is = (name, patterns) => patterns.some((pattern) => pattern.test(name.replace(/\[[0-9a-f]+\]/g, '')))

function refuseFormatting(name, called, formats) {
  if ([...called].some((index) => formats.has(index))) {
    throw new Error(`${name} formats, which would trap. Put the text together by \`joined\` and \`decimal\` of src/core/text.rs.`)
  }
}

function functionNames(source) {
  while (!source.ended()) {
    const [id] = source.take(1)
    const names = reader(source.take(source.number()))
    if (id === 1) return new Map(Array.from({ length: names.number() }, () => [names.number(), names.text()]))
  }
  return new Map()
}

function blank(source) {
  const segments = dataSegments(source).map(({ at, bytes }) => ({ at, bytes: Buffer.from(bytes) }))
  blankPlaces(segments)
  segments.forEach(blankSayings)
  return fromSegments(segments)
}

/**
 * Blanks each `core::panic::Location` (address and length of a file's name, line, column) and that name. The linker may have
 * put one name right behind another, so they are found by who points at them.
 */
function blankPlaces(segments) {
  const inMemory = (address, length) => {
    const segment = segments.find(({ at, bytes }) => address >= at && address + length <= at + bytes.length)
    return segment?.bytes.subarray(address - segment.at, address - segment.at + length)
  }
  const names = new Set()
  for (const { bytes } of segments) {
    for (let at = 0; at + PLACE <= bytes.length; at += 4) {
      const [address, length, line, column] = [0, 4, 8, 12].map((offset) => bytes.readUInt32LE(at + offset))
      const name = length < 300 && line > 0 && line < 1e5 && column > 0 && column < 1e3 && inMemory(address, length)
      if (!name || !/^[\w~./@-]+\.rs$/.test(name.toString('latin1'))) continue
      names.add(name)
      bytes.fill(0, at, at + PLACE)
    }
  }
  // Only now, for several places may be in one file.
  for (const name of names) name.fill(0)
}

function blankSayings({ bytes }) {
  for (const saying of SAYINGS) {
    for (let at; (at = bytes.indexOf(saying)) >= 0; ) bytes.fill(0, at, at + saying.length)
  }
}

/** In bytes. */
const PLACE = 16
