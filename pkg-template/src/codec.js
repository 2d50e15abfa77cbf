/** UTF-8 for where the platform has none (Hermes); takes the place of the platform's in the bundles of `./js`. */

export { Decoder as TextDecoder, Encoder as TextEncoder }

class Encoder {
  /** Half of a pair becomes U+FFFD, as everywhere. */
  encode(text) {
    const bytes = []
    for (const character of text) {
      let code = character.codePointAt(0)
      if (code < 0x80) {
        bytes.push(code)
        continue
      }
      if (code >= 0xd800 && code < 0xe000) code = 0xfffd
      const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
      bytes.push(((0xff << (7 - more)) & 0xff) | (code >> (6 * more)))
      for (let left = more - 1; left >= 0; left--) bytes.push(0x80 | ((code >> (6 * left)) & 0x3f))
    }
    return new Uint8Array(bytes)
  }
}

/** Reads only what the engine or an encoder wrote, which is never malformed. */
class Decoder {
  decode(bytes) {
    let text = ''
    for (let at = 0; at < bytes.length; ) {
      let code = bytes[at++]
      if (code >= 0x80) {
        const more = code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3
        code &= 0x3f >> more
        for (let left = more; left > 0; left--) code = (code << 6) | (bytes[at++] & 0x3f)
      }
      text += String.fromCodePoint(code)
    }
    return text
  }
}

/** A name that is taken, so that minifying gives it to nothing: Hermes' parser takes `yield of(…)` for half a loop. */
const taken = () => typeof of
