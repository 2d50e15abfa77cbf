// What wasm-bindgen leaves in an engine that keeps JavaScript's values in an array of the glue's.

import { number, text } from './binary.mjs'

/** What the engine asks wasm-bindgen for, and nobody gives it where there are no tables: {@link reservedSlots}. */
export const STATICS_END = '__wbindgen_externref_statics_end'

/** How many places of the glue's array of JavaScript's values are never given back. */
export function reservedSlots(glue) {
  const found = /if \(idx < (\d+)\) return/.exec(glue)
  if (!found) throw new Error('the glue does not say which values it never drops. Look at xtask/js/bound.mjs.')
  return Number(found[1])
}

/** An exports section, read from `source`, with only what the glue asks for, so that nothing else is kept for it. */
export function neededExports(source, glue) {
  const needed = new Set(Array.from(glue.matchAll(/\bwasm\.([\w$]+)/g), ([, name]) => name))
  const kept = []
  for (let left = source.number(); left > 0; left--) {
    const name = source.text()
    const what = source.span(() => [source.take(1), source.number()])
    if (needed.has(name)) kept.push(text(name), what)
  }
  return Buffer.concat([number(kept.length / 2), ...kept])
}
