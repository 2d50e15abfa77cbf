// Bytes as ASCII text that compresses almost as well as the bytes themselves.
//
// Base64 cuts bytes at every sixth bit, which hides their repetitions from brotli: the engine
// costs a third more that way. Here each byte stays whole: the 91 most frequent values are one
// character each, the others two. Only characters that a JavaScript string holds unescaped.

/** Character codes 35 to 126 without the backslash: one for each value of a page. */
const PAGE = 91
const code = (index) => 35 + index + (index > 56)

/** @returns {{ text: string, common: string }} `common` has a 1 for each value that is one character. */
export function encode(bytes) {
  const counts = new Array(256).fill(0)
  for (const byte of bytes) counts[byte] += 1
  const byCount = [...counts.keys()].sort((a, b) => counts[b] - counts[a])
  const frequent = new Set(byCount.slice(0, PAGE))
  const common = counts.map((_, value) => (frequent.has(value) ? '1' : '0')).join('')
  const characters = []
  values(common).forEach((value, index) => {
    const page = Math.floor(index / PAGE)
    characters[value] = (page > 0 ? String.fromCharCode(31 + page) : '') + String.fromCharCode(code(index % PAGE))
  })
  return { text: Array.from(bytes, (byte) => characters[byte]).join(''), common }
}

/** All byte values, the common ones first. */
function values(common) {
  const values = []
  for (const kind of '10') {
    for (let value = 0; value < 256; value++) if (common[value] === kind) values.push(value)
  }
  return values
}

/** The way back; it is shipped. */
export function decode(text, common, length) {
  // By page and character code, so that the loop, which nothing has warmed up, does next to nothing.
  const byCode = new Uint8Array(3 * 128)
  values(common).forEach((value, index) => {
    byCode[Math.floor(index / PAGE) * 128 + code(index % PAGE)] = value
  })
  const codes = new TextEncoder().encode(text)
  const bytes = new Uint8Array(length)
  for (let at = 0, index = 0; index < length; ) {
    let code = codes[at++]
    if (code < 34) code = (code - 31) * 128 + codes[at++]
    bytes[index++] = byCode[code]
  }
  return bytes
}
