// Bytes as ASCII text that compresses almost as well as the bytes themselves.
//
// Base64 cuts bytes at every sixth bit, which hides their repetitions from brotli: the engine
// costs a third more that way. Here each byte stays whole: the 90 most frequent values are one
// character each, the others two. Only characters that a JavaScript string holds unescaped.

/** Codes of characters: all that are printable, without the quotation mark and the backslash. */
const codes = Array.from({ length: 127 - 32 }, (_, index) => 32 + index).filter((code) => code !== 34 && code !== 92)

/** Each of these begins a pair; the others are a value by themselves. */
const FIRST_OF_PAIR = 124
export const singles = codes.filter((code) => code < FIRST_OF_PAIR)

/** What stands for a value: two characters, the next one that is free, or the very character whose code it is. */
const PAIR = '0'
const NEXT = '1'
const ITSELF = '2'

/**
 * `readable` bytes are for the most part text, of which brotli knows words: their characters stand for themselves.
 *
 * @returns {{ text: string, kinds: string }} `kinds` has one of the three for each value.
 */
export function encode(bytes, readable = false) {
  const counts = new Array(256).fill(0)
  for (const byte of bytes) counts[byte] += 1
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a])
  const frequent = new Set(byCount.slice(0, singles.length))
  const kind = (value) => (!frequent.has(value) ? PAIR : readable && singles.includes(value) ? ITSELF : NEXT)
  const kinds = counts.map((_, value) => kind(value)).join('')
  const characters = []
  spell(kinds, (value, code) => {
    const pair = code < 128 ? [code] : [FIRST_OF_PAIR - 1 + (code >> 7), code & 127]
    characters[value] = String.fromCharCode(...pair)
  })
  return { text: Array.from(bytes, (byte) => characters[byte]).join(''), kinds }
}

/** Tells which code stands for which value: a character's, plus 128 times the number of the page, if it is one of a pair. */
function spell(kinds, tell) {
  let single = 31
  let paired = 128 + 31
  for (let value = 0; value < 256; value++) {
    const kind = kinds[value]
    if (kind === ITSELF) tell(value, value)
    else if (kind === PAIR) tell(value, (paired = following(paired)))
    else {
      do single = following(single)
      while (kinds[single] === ITSELF)
      tell(value, single)
    }
  }
}

/** The next code, which is the first of the next page behind the last one. */
function following(code) {
  const character = ++code & 127
  return character === 34 || character === 92 ? code + 1 : character === 127 ? code + 33 : code
}

/** The way back; it is shipped. `unpack.wat` does the same. */
export function decode(text, kinds, length) {
  // By page and character code, so that the loop, which nothing has warmed up, does next to nothing.
  const byCode = new Uint8Array(4 * 128)
  spell(kinds, (value, code) => (byCode[code] = value))
  const codes = new TextEncoder().encode(text)
  const bytes = new Uint8Array(length)
  for (let at = 0, index = 0; index < length; ) {
    let code = codes[at++]
    if (code > 123) code = (code - 123) * 128 + codes[at++]
    bytes[index++] = byCode[code]
  }
  return bytes
}
