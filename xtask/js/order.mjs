// Puts like functions beside like: those of one type in a row, and among them those that begin alike. Brotli makes a
// hundredth less of it, for it looks into what came shortly before, and the types of the functions are hardly anything.

import { CODE, ELEMENTS, EXPORTS, FUNCTIONS, IMPORTS, START, number, rewrite, text } from './binary.mjs'
import { importedFunctions } from './imports.mjs'
import { bodies, withCalls } from './pack.mjs'

/** The module with its functions in that order. It does the same. */
export function ordered(wasm) {
  let imported = 0
  let types
  let code
  rewrite(wasm, {
    [IMPORTS]: (source) => void (imported = importedFunctions(source)),
    [FUNCTIONS]: (source) => void (types = Array.from({ length: source.number() }, () => source.number())),
    [CODE]: (_, payload) => void (code = bodies(payload)),
  })
  const order = [...code.keys()].sort((a, b) => types[a] - types[b] || Buffer.compare(code[a], code[b]))
  const places = new Map(order.map((was, is) => [imported + was, imported + is]))
  const place = (index) => places.get(index) ?? index
  return rewrite(wasm, {
    [FUNCTIONS]: () => Buffer.concat([number(order.length), ...order.map((was) => number(types[was]))]),
    [EXPORTS]: (source) => exported(source, place),
    [START]: (source) => number(place(source.number())),
    [ELEMENTS]: (source) => elements(source, place),
    [CODE]: () => {
      const moved = order.map((was) => withCalls(code[was], place))
      return Buffer.concat([number(moved.length), ...moved.flatMap((body) => [number(body.length), body])])
    },
  })
}

function exported(source, place) {
  const count = source.number()
  const parts = [number(count)]
  for (let index = 0; index < count; index++) {
    parts.push(text(source.text()))
    const kind = source.take(1)
    parts.push(kind, number(kind[0] === 0 ? place(source.number()) : source.number()))
  }
  return Buffer.concat(parts)
}

/** Of functions, at a constant place of the first table; there are no others where nothing but calls names a function. */
function elements(source, place) {
  const count = source.number()
  const parts = [number(count)]
  for (let index = 0; index < count; index++) {
    const flags = source.number()
    const at = source.span(() => (source.take(1), source.number(), source.take(1)))
    if (flags !== 0) throw new Error('the engine has functions in a table in a way that xtask/js/order.mjs does not know.')
    const length = source.number()
    parts.push(number(flags), at, number(length))
    for (let left = length; left > 0; left--) parts.push(number(place(source.number())))
  }
  return Buffer.concat(parts)
}
