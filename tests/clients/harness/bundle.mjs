import { build } from 'esbuild'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (folder) => fileURLToPath(new URL(`../${folder}/`, import.meta.url))

/**
 * Bundles what the page imports: `session.js`, and a module for each driver. The package comes, as packed, from a
 * `node_modules` that is made of its folder.
 */
export async function bundle(packed) {
  const root = join(packed.folder, '..')
  const modules = join(root, 'node_modules')
  const outdir = join(root, 'built')
  await mkdir(modules)
  await rename(packed.folder, join(modules, 'oauth-refresh-wasm'))
  const drivers = (await readdir(here('drivers'))).map((name) => here('drivers') + name)
  await build({
    entryPoints: [here('recipes') + 'session.ts', ...drivers],
    outdir,
    entryNames: '[name]',
    nodePaths: [modules],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  return outdir
}
