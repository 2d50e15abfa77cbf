import { build } from 'esbuild'
import { join } from 'node:path'
import { benches, made, shipped } from './places.mjs'

const SELF = 'by itself'

/** The package, which may import itself by name: that goes by its `exports`, as if it were installed. */
const ours = {
  name: 'ours',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^oauth-refresh-wasm(\/|$)/ }, ({ path, kind, pluginData }) =>
      pluginData === SELF ? undefined : resolve(path, { kind, resolveDir: shipped, pluginData: SELF }),
    )
  },
}

const common = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
  plugins: [ours],
}

const forNode = {
  platform: 'node',
  // CommonJS packages inside of an ES module ask for `require`.
  banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
}

/** All contestants and what is done with them, once as a script of a page and once as a program for Node. */
export async function bundleAll() {
  const page = join(made, 'page.js')
  const node = join(made, 'node.mjs')
  await Promise.all([
    build({ ...common, entryPoints: [join(benches, 'page', 'browser.js')], outfile: page, platform: 'browser' }),
    build({ ...common, ...forNode, entryPoints: [join(benches, 'page', 'node.js')], outfile: node }),
  ])
  return { page, node }
}

/** One source text as a bundle of its own, for a page. */
export async function bundleText(contents, outfile) {
  const stdin = { contents, resolveDir: benches, loader: 'js' }
  await build({ ...common, stdin, outfile, platform: 'browser' })
  return outfile
}
