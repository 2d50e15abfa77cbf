// How the facade in pkg-template/src reaches what wasm-pack has made of the Rust crate.
//
//   #engine/glue             the JavaScript that wasm-bindgen wrote
//   #engine/bytes            default export: a function that returns the engine as a Uint8Array
//   #engine/snippets/NAME    src/browser/NAME, the very module that the glue imports
//   #engine/plain            the engine as plain JavaScript, with glue and snippets of its own; plain.mjs makes them

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { numbered } from './imports.mjs'
import { shorten } from './names.mjs'
import { pack, unpacker } from './pack.mjs'

const here = dirname(fileURLToPath(import.meta.url))
export const root = join(here, '..', '..')
export const facade = join(root, 'pkg-template', 'src')
export const shipped = join(root, 'pkg')

const folder = join(root, 'target', 'wasm')
const plainFolder = join(root, 'target', 'plain')
/** The engine as plain JavaScript; `xtask/js/plain.mjs` makes it. */
export const plainEngine = join(plainFolder, 'engine.js')

/** Ends the program with one sentence: the person who reads it needs the cure, not our stack. */
export function refuse(sentence) {
  console.error(`   ${sentence}`)
  process.exit(1)
}

/** Where one of the files is that wasm-pack left, by how its name ends. */
function made(ending) {
  const names = list(folder).filter((name) => name.endsWith(ending))
  if (names.length !== 1) {
    refuse(`target/wasm has ${names.length} files named *${ending} instead of one. \`cargo xtask build\` makes it anew.`)
  }
  return join(folder, names[0])
}

function list(path) {
  try {
    return readdirSync(path)
  } catch {
    refuse(`cannot read ${path}. \`cargo xtask build\` makes it.`)
  }
}

function snippet(folder, name) {
  // One folder for each crate that brings JavaScript; its name ends in a hash.
  const crates = join(folder, 'snippets')
  const found = list(crates).map((crate) => join(crates, crate, 'src', 'browser', name)).filter(existsSync)
  if (found.length !== 1) {
    refuse(`#engine/snippets/${name}: ${found.length} such files below ${crates}. Does src/browser/${name} exist, and does Rust import it with #[wasm_bindgen(module = "/src/browser/${name}")]?`)
  }
  return found[0]
}

export const gluePath = made('_bg.js')
const bound = numbered(readFileSync(made('_bg.wasm')), readFileSync(gluePath, 'utf8'), 'e')
const engine = shorten(bound.wasm, bound.glue)

/** The engine as it is shipped. */
export const wasm = engine.wasm

/** Source of a module whose default export is a function that returns the engine's bytes, a new `Uint8Array` each time. */
function bytesModule() {
  return `import { unpack } from './unpack.mjs'
export default () => unpack(${JSON.stringify([...unpacker()])}, ${JSON.stringify(pack(engine.wasm))})
`
}

const plugin = {
  name: 'engine',
  setup(build) {
    resolveSnippets(build, folder)
    build.onResolve({ filter: /^#engine\/glue$/ }, () => ({ path: gluePath }))
    build.onLoad({ filter: /_bg\.js$/ }, ({ path }) => (path === gluePath ? { contents: engine.glue, loader: 'js' } : undefined))
    build.onResolve({ filter: /^#engine\/bytes$/ }, ({ path }) => ({ path, namespace: 'engine' }))
    build.onLoad({ filter: /.*/, namespace: 'engine' }, () => ({ contents: bytesModule(), loader: 'js', resolveDir: here }))
  },
}

/** By their own paths, so that a module the facade and the glue share is bundled once. */
function resolveSnippets(build, folder) {
  const prefix = '#engine/snippets/'
  build.onResolve({ filter: new RegExp(`^${prefix}`) }, ({ path }) => ({ path: snippet(folder, path.slice(prefix.length)) }))
}

const plainPlugin = {
  name: 'plain engine',
  setup(build) {
    resolveSnippets(build, plainFolder)
    build.onResolve({ filter: /^#engine\/plain$/ }, () => ({ path: plainEngine }))
  },
}

/** What every bundle of the package has in common. */
export const common = {
  bundle: true,
  minify: true,
  target: 'es2020',
  platform: 'neutral',
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: root,
  plugins: [plugin],
}

/** What a bundle with the engine as plain JavaScript has; Hermes has no codec for text, so it brings one. */
export const plain = { ...common, plugins: [plainPlugin], inject: [join(facade, 'codec.js')] }
