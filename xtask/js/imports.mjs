// What the engine imports, as an array of the glue's.
//
// An array is an object whose members are named by numbers, so nothing has to be said by name: neither what the glue
// exports, nor what of our own modules the engine imports without it.

import { IMPORTS, number, rewrite, text } from './binary.mjs'
import { importType } from './names.mjs'

/** What wasm-bindgen exports for the engine: as it stands, or within what keeps an exception for the engine. */
const EXPORTED = /^export function ([\w$]+)\((.*?)\) \{(?: return handleError\(function \((.*?)\) \{\n([^]*?)^\}, arguments\); \}|\n([^]*?)^\})\n/gm

const CATCHING = `
function catching(f) {
    return (...args) => {
        try {
            return f(...args);
        } catch (e) {
            wasm.__wbindgen_exn_store(addHeapObject(e));
        }
    };
}
`

/**
 * The engine, which imports everything of `module` and by numbers, and its glue, which exports the array `imports`.
 *
 * @returns {{ wasm: Buffer, glue: string }}
 */
export function numbered(wasm, glue, module) {
  const wanted = []
  const renamed = rewrite(wasm, {
    [IMPORTS]: (source) => {
      const count = source.number()
      const parts = [number(count)]
      for (let index = 0; index < count; index++) {
        wanted.push({ from: source.text(), name: source.text() })
        parts.push(text(module), text(String(index)), source.span(() => importType(source)))
      }
      return Buffer.concat(parts)
    },
  })
  const functions = new Map()
  const rest = glue.replace(EXPORTED, (whole, name, params, caught, guarded, body) => {
    if (name === SETTER) return whole
    functions.set(name, caught === undefined ? `(${params}) => {\n${body}}` : `catching((${caught}) => {\n${guarded}})`)
    return ''
  })
  // Where the glue has none, it is a function of our own.
  const direct = wanted.flatMap(({ from, name }, index) =>
    functions.has(name) ? [] : [`import { ${name} as import${index} } from '${from}';\n`])
  const entries = wanted.map(({ name }, index) => functions.get(name) ?? `import${index}`)
  return { wasm: renamed, glue: `${direct.join('')}${rest}${CATCHING}export const imports = [${entries.join(', ')}];\n` }
}

/** How many functions an imports section, read from `source`, has. */
export function importedFunctions(source) {
  let count = 0
  for (let left = source.number(); left > 0; left--) {
    source.text()
    source.text()
    const [kind] = source.span(() => importType(source))
    if (kind === 0) count++
  }
  return count
}

/** What the glue is told its engine by. */
const SETTER = '__wbg_set_wasm'
