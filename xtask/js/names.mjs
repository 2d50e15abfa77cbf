// Short names where the engine and its glue meet.
//
// Nobody but the two of them reads these names, each of which stands in the package twice; many end in a hash, and random
// digits are the one thing that no compression makes smaller.

import { EXPORTS, IMPORTS, number, rewrite, text } from './binary.mjs'
import { STATICS_END } from './bound.mjs'

/** What others than the glue call by their names. */
const KNOWN = [STATICS_END]

/**
 * The same two, with a short name for each that wasm-bindgen made: those of JavaScript have no underscore. `module` gives
 * every module that is imported from a name too; as it is, where that is left out.
 *
 * @returns {{ wasm: Buffer, glue: string }}
 */
export function shorten(wasm, glue, module = (name) => name) {
  const short = new Map()
  const rename = (name) => {
    if (!name.includes('_') || KNOWN.includes(name)) return name
    if (!short.has(name)) short.set(name, `$${short.size.toString(36)}`)
    return short.get(name)
  }
  const renamed = rewrite(wasm, {
    [IMPORTS]: (source) => imports(source, rename, module),
    [EXPORTS]: (source) => exports(source, rename),
  })
  return { wasm: renamed, glue: glue.replace(/[\w$]+/g, (word) => short.get(word) ?? word) }
}

function imports(source, rename, module) {
  return list(source, () => [text(module(source.text())), text(rename(source.text())), source.span(() => importType(source))])
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

/** Reads over what is imported, which begins with its kind. */
export function importType(source) {
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
