// Every bundler as it comes. Told is only what is no business of the package: where the application begins, where the
// outcome goes, and that it is for production where that is not the default.

import { Parcel } from '@parcel/core'
import nodeResolve from '@rollup/plugin-node-resolve'
import rspack from '@rspack/core'
import * as esbuild from 'esbuild'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rollup } from 'rollup'
import * as vite from 'vite'
import * as vitePrevious from 'vite-previous'
import webpack from 'webpack'
import { html } from './application.mjs'
import { compile } from './compile.mjs'

const MODULE = '<script type="module" src="./main.js"></script>'
const CLASSIC = '<script defer src="./main.js"></script>'

/** Whose entry is a document. */
const fromDocument = (build) => async (root, entry) => {
  await writeFile(join(root, 'index.html'), html(`<script type="module" src="./${entry}"></script>`))
  await build(root)
}

/** Whose entry is a script, which a document of the application's own then names. */
const fromScript = (script, build) => async (root, entry) => {
  await build(root, join(root, entry))
  await mkdir(join(root, 'dist'), { recursive: true })
  await writeFile(join(root, 'dist', 'index.html'), html(script))
}

const viteWith = ({ build }, options = {}) =>
  fromDocument((root) => build({ root, configFile: false, logLevel: 'error', ...options }))

const rollupWith = (script, output) =>
  fromScript(script, async (root, input) => {
    // For browsers, or axios would be the one for Node.
    const bundle = await rollup({ input, plugins: [nodeResolve({ browser: true })] })
    await bundle.write({ file: join(root, 'dist', 'main.js'), ...output })
    await bundle.close()
  })

const esbuildWith = (script, format) =>
  fromScript(script, (root, entry) =>
    esbuild.build({ entryPoints: [entry], bundle: true, minify: true, format, outfile: join(root, 'dist', 'main.js') }),
  )

const webpackOrRspack = (bundler) =>
  fromScript(CLASSIC, (context, entry) => compile(bundler, { context, entry, output: { path: join(context, 'dist') } }))

const parcel = fromDocument(async (root) => {
  const bundler = new Parcel({
    entries: join(root, 'index.html'),
    defaultConfig: '@parcel/config-default',
    mode: 'production',
    // As `parcel build` has it.
    defaultTargetOptions: { shouldOptimize: true, shouldScopeHoist: true, sourceMaps: false },
    cacheDir: join(root, '.parcel-cache'),
    targets: { default: { distDir: join(root, 'dist') } },
  })
  await bundler.run()
})

/** By name: `build(root, entry)` leaves `dist/index.html` in the application's folder. */
export const bundlers = {
  'Vite': viteWith(vite),
  'Vite, the major before': viteWith(vitePrevious),
  'webpack': webpackOrRspack(webpack),
  'Rspack': webpackOrRspack(rspack),
  'Rollup': rollupWith(MODULE, { format: 'es' }),
  'esbuild': esbuildWith(MODULE, 'esm'),
  'Parcel': parcel,
  'Vite, one file': viteWith(vite, { build: { rolldownOptions: { output: { codeSplitting: false } } } }),
  'Rollup, one file': rollupWith(CLASSIC, { format: 'iife', inlineDynamicImports: true }),
  'esbuild, one file': esbuildWith(CLASSIC, 'iife'),
}

/** Those that make what they make by default. */
export const usual = Object.keys(bundlers).filter((name) => !name.endsWith('one file'))
