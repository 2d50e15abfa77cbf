// Short names where the engine and its glue meet.
//
// Nobody but the two of them reads these names, each of which stands in the package twice; many end in a hash, and random
// digits are the one thing that no compression makes smaller.

import { EXPORTS, IMPORTS, number, rewrite, text } from './binary.mjs'
import { STATICS_END } from './bound.mjs'

/** What others than the glue call by their names. */
const KNOWN = [STATICS_END]

/**
 * The same two, with a short name for each that wasm-bindgen made: those of JavaScript have no underscore.
 *
 * @returns {{ wasm: Buffer, glue: string }}
 */
export function shorten(wasm, glue) {
  const given = shortNames((count) => `$${count.toString(36)}`)
  const asked = shortNames(letters)
  const renamed = rewrite(wasm, {
    [IMPORTS]: (source) => list(source, () => [text(source.text()), text(given.shorten(source.text())), source.span(() => importType(source))]),
    [EXPORTS]: (source) => list(source, () => [text(asked.shorten(source.text())), source.span(() => [source.take(1), source.number()])]),
  })
  const words = glue
    .replace(/\bwasm\.([\w$]+)/g, (_, name) => `wasm.${asked.names.get(name) ?? name}`)
    .replace(/[\w$]+/g, (word) => given.names.get(word) ?? word)
  return { wasm: renamed, glue: words }
}

function shortNames(spell) {
  const names = new Map()
  const shorten = (name) => {
    if (!name.includes('_') || KNOWN.includes(name)) return name
    if (!names.has(name)) names.set(name, spell(names.size))
    return names.get(name)
  }
  return { names, shorten }
}

/** The glue asks for these as members, so they may be anybody's names. */
const letters = (count) => String.fromCharCode(97 + (count % 26)).repeat(1 + Math.floor(count / 26))

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
