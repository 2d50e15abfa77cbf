/** UTF-8 for where the platform has none (Hermes); takes the place of the platform's in the bundles of `./js`. */

export { Decoder as TextDecoder, Encoder as TextEncoder }

class Encoder {
  encode(text) {
    const bytes = new Uint8Array(text.length * 3)
    return bytes.slice(0, this.encodeInto(text, bytes).written)
  }

  /** Half of a pair becomes U+FFFD, as everywhere. */
  encodeInto(text, bytes) {
    let written = 0
    for (const character of text) {
      let code = character.codePointAt(0)
      if (code < 0x80) {
        bytes[written++] = code
        continue
      }
      if (code >= 0xd800 && code < 0xe000) code = 0xfffd
      const more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3
      bytes[written++] = ((0xff << (7 - more)) & 0xff) | (code >> (6 * more))
      for (let left = more - 1; left >= 0; left--) bytes[written++] = 0x80 | ((code >> (6 * left)) & 0x3f)
    }
    return { written }
  }
}

/** Reads only what the engine or an encoder wrote, which is never malformed. */
class Decoder {
  decode(bytes = []) {
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
