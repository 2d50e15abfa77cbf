// Makes pkg/, which `npm pack` packs as it stands: `node xtask/js/bundle.mjs VERSION`.

import { build } from 'esbuild'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { common, facade, plain, plainEngine, refuse, root, shipped, wasm } from './engine.mjs'

const template = join(root, 'pkg-template')

/** By name, so that there is one session, whatever `exports` makes of that name; and the application's own React. */
const byName = ['oauth-refresh-wasm', 'react']

/** Every file of the package that is bundled, and from what. */
const bundles = [
  { entry: 'index.js', outfile: 'index.js', format: 'esm' },
  // For Node, which is told its names: `import` finds them without running it.
  { entry: 'index.js', outfile: 'index.cjs', format: 'cjs', platform: 'node' },
  { entry: 'node.js', outfile: 'node.js', format: 'esm', external: ['./index.cjs'] },
  { entry: 'workerd.js', outfile: 'workerd.js', format: 'esm', external: ['./core.wasm'] },
  { entry: 'url.js', outfile: 'url.js', format: 'esm' },
  { entry: 'js.js', outfile: 'js.js', format: 'esm', engine: plain },
  { entry: 'js.js', outfile: 'js.cjs', format: 'cjs', engine: plain },
  // Takes the one above as it is, and `react-native` from the application.
  { entry: 'native.js', outfile: 'native.cjs', format: 'cjs', engine: { ...common, bundle: false } },
  { entry: 'axios.js', outfile: 'axios.js', format: 'esm', external: byName },
  { entry: 'axios.js', outfile: 'axios.cjs', format: 'cjs', external: byName },
  { entry: 'react.js', outfile: 'react.js', format: 'esm', external: byName },
  { entry: 'react.js', outfile: 'react.cjs', format: 'cjs', external: byName },
]

/** What is taken over as it is, and from where. */
const copies = [
  ...readdirSync(template).filter((name) => /\.d\.c?ts$/.test(name)).map((name) => [join(template, name), name]),
  // `require` has types of its own, or TypeScript takes the CommonJS file for ESM.
  [join(template, 'index.d.ts'), 'index.d.cts'],
  [join(template, 'axios.d.ts'), 'axios.d.cts'],
  [join(template, 'react.d.ts'), 'react.d.cts'],
  [join(template, 'README.md'), 'README.md'],
  [join(root, 'CHANGELOG.md'), 'CHANGELOG.md'],
  [join(root, 'LICENSE-MIT'), 'LICENSE-MIT'],
  [join(root, 'LICENSE-APACHE'), 'LICENSE-APACHE'],
]

function check() {
  const sources = [plainEngine, ...bundles.map(({ entry }) => join(facade, entry)), ...copies.map(([from]) => from)]
  const missing = sources.filter((path) => !existsSync(path))
  if (missing.length > 0) refuse(`the package needs these files, which are not there: ${missing.join(', ')}`)
  // `wasm-opt --all-features`, say, makes what the oldest supported Node refuses.
  if (!WebAssembly.validate(wasm)) {
    refuse(`Node ${process.version} refuses the engine in target/wasm. Look at the features that xtask/js/optimize.mjs gives to wasm-opt.`)
  }
}

function manifest(version) {
  const fields = JSON.parse(readFileSync(join(template, 'package.json'), 'utf8'))
  return `${JSON.stringify({ ...fields, version }, null, 2)}\n`
}

/** A content security policy without 'unsafe-eval' refuses what makes code of text. */
function refuseEval(path) {
  const found = /\beval\s*\(|\bnew\s+Function\b/.exec(readFileSync(path, 'utf8'))
  if (found) refuse(`${path} contains \`${found[0]}\`, which a content security policy forbids.`)
}

const [version] = process.argv.slice(2)
if (!version) refuse('usage: node xtask/js/bundle.mjs VERSION')
check()
// The folder itself stays: a development server may be watching it through a link.
mkdirSync(shipped, { recursive: true })
for (const name of readdirSync(shipped)) rmSync(join(shipped, name), { recursive: true })
await Promise.all(bundles.map(async ({ entry, outfile, engine = common, ...options }) => {
  const path = join(shipped, outfile)
  await build({ ...engine, entryPoints: [join(facade, entry)], outfile: path, ...options })
  refuseEval(path)
}))
for (const [from, name] of copies) copyFileSync(from, join(shipped, name))
writeFileSync(join(shipped, 'core.wasm'), wasm)
writeFileSync(join(shipped, 'package.json'), manifest(version))
