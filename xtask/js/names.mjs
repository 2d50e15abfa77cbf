// Short names where the engine and its glue meet.
//
// wasm-bindgen ends the names of imports and of some exports in a hash of sixteen digits. Nobody
// but the two of them reads these names, and random digits are the one thing in the package that
// no compression makes smaller; each stands in it twice.

import { EXPORTS, IMPORTS, number, rewrite, text } from './binary.mjs'

const hashed = /[0-9a-f]{16}$/

/** @returns {{ wasm: Buffer, glue: string }} the same two, with a short name for each hashed one. */
export function shorten(wasm, glue) {
  const short = new Map()
  const rename = (name) => {
    if (!hashed.test(name)) return name
    if (!short.has(name)) short.set(name, `$${short.size.toString(36)}`)
    return short.get(name)
  }
  const renamed = rewrite(wasm, {
    [IMPORTS]: (source) => imports(source, rename),
    [EXPORTS]: (source) => exports(source, rename),
  })
  return { wasm: renamed, glue: glue.replace(/[\w$]+/g, (word) => short.get(word) ?? word) }
}

function imports(source, rename) {
  return list(source, () => [text(source.text()), text(rename(source.text())), source.span(() => importType(source))])
}

function exports(source, rename) {
  return list(source, () => [text(rename(source.text())), source.span(() => [source.take(1), source.number()])])
}

function list(source, entry) {
  const count = source.number()
  const parts = [number(count)]
  for (let index = 0; index < count; index++) parts.push(...entry())
  return Buffer.concat(parts)
}

function importType(source) {
  const [kind] = source.take(1)
  const limits = () => {
    const [flags] = source.take(1)
    source.number()
    if (flags & 1) source.number()
  }
  switch (kind) {
    case 0: // function: its type
      return source.number()
    case 1: // table: the type of its elements
      source.take(1)
      return limits()
    case 2: // memory
      return limits()
    case 3: // global: its type, and whether it changes
      return source.take(2)
    default:
      throw new Error(`the engine has an import of kind ${kind}, which xtask/js/names.mjs does not know. Add it there.`)
  }
}
