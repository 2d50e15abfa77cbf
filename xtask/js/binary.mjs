// The binary format of WebAssembly, as far as the package has to read and write it.

/** Section numbers. */
export const IMPORTS = 2
export const EXPORTS = 7
export const CODE = 10

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
