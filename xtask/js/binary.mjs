// The binary format of WebAssembly, as far as the package has to read and write it.

/** Section numbers. */
export const CUSTOM = 0
export const IMPORTS = 2
export const FUNCTIONS = 3
export const EXPORTS = 7
export const START = 8
export const ELEMENTS = 9
export const CODE = 10
export const DATA = 11
export const DATA_COUNT = 12

/** Reads bytes from the first to the last. */
export function reader(bytes) {
  let at = 0
  const take = (length) => bytes.subarray(at, (at += length))
  /** An unsigned LEB128. */
  const number = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  return {
    take,
    number,
    text: () => take(number()).toString('utf8'),
    ended: () => at >= bytes.length,
    /** The bytes that `read` reads over. */
    span(read) {
      const start = at
      read()
      return bytes.subarray(start, at)
    },
  }
}

/**
 * The module with some of its sections put through a function each: `changes` has these by the section's number. A section
 * of which nothing comes back is left out; all else is as it was, byte for byte.
 */
export function rewrite(wasm, changes) {
  const source = reader(wasm)
  const parts = [source.take(8)]
  while (!source.ended()) {
    const id = source.take(1)
    const payload = source.take(source.number())
    const changed = id[0] in changes ? changes[id[0]](reader(payload), payload) : payload
    if (changed) parts.push(id, number(changed.length), changed)
  }
  return Buffer.concat(parts)
}

/** An unsigned LEB128. */
export function number(value) {
  const bytes = []
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0))
    value = Math.floor(value / 128)
  } while (value > 0)
  return Buffer.from(bytes)
}

export function text(value) {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([number(bytes.length), bytes])
}

/** The segments of a data section, each to be copied to a constant address when the module starts. */
export function dataSegments(source) {
  return Array.from({ length: source.number() }, () => {
    const [flags, opcode, at, end] = [source.number(), source.take(1)[0], source.number(), source.take(1)[0]]
    if (flags !== 0 || opcode !== I32_CONST || end !== END) throw new Error('a segment of data is not at a constant address.')
    return { at, bytes: source.take(source.number()) }
  })
}

/** The data section again. */
export function fromSegments(segments) {
  const parts = segments.flatMap(({ at, bytes }) => [[0, I32_CONST], signed(at), [END], number(bytes.length), bytes])
  return Buffer.concat([number(segments.length), ...parts.map((part) => Buffer.from(part))])
}

const I32_CONST = 0x41
const END = 0x0b

/** A signed LEB128 of what is not negative: whose highest bit says so. */
function signed(value) {
  const bytes = [...number(value)]
  if (bytes.at(-1) < 64) return bytes
  return [...bytes.slice(0, -1), bytes.at(-1) | 128, 0]
}
