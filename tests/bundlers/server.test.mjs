// Scripts for Node that carry the package within themselves, as functions in somebody's cloud do.

import nodeResolve from '@rollup/plugin-node-resolve'
import rspack from '@rspack/core'
import * as esbuild from 'esbuild'
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { rollup } from 'rollup'
import * as vite from 'vite'
import webpack from 'webpack'
import { neighborhood } from './application.mjs'
import { compile } from './compile.mjs'
import { curesOnServer } from './server-api.mjs'

const { settle, leave } = await neighborhood()
after(leave)

const esbuildAs = (format) => (entry, outfile) =>
  esbuild.build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format })

const webpackOrRspack = (bundler) => (entry, outfile) =>
  compile(bundler, { entry, target: 'node', output: { path: dirname(outfile), filename: 'script.cjs' } })

/** By name: the format of the script, and what makes it. */
const bundlers = {
  'webpack': ['cjs', webpackOrRspack(webpack)],
  'Rspack': ['cjs', webpackOrRspack(rspack)],
  'esbuild, ESM': ['mjs', esbuildAs('esm')],
  'esbuild, CommonJS': ['cjs', esbuildAs('cjs')],
  'Rollup': ['mjs', async (input, file) => {
    const bundle = await rollup({ input, plugins: [nodeResolve()] })
    await bundle.write({ file, format: 'es' })
    await bundle.close()
  }],
  'Vite': ['mjs', (entry, outfile) =>
    vite.build({
      root: dirname(entry),
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: { ssr: entry, outDir: dirname(outfile), rolldownOptions: { output: { entryFileNames: 'script.mjs' } } },
    })],
}

for (const [bundler, [extension, build]] of Object.entries(bundlers)) {
  test(`S1 ${bundler}: a script for Node cures 20 calls by one refresh, and ends by itself`, async () => {
    const root = await settle(bundler.replace(/\W+/g, '-'), 'scripts')
    const script = join(root, 'dist', `script.${extension}`)
    await build(join(root, 'server.js'), script)
    await rm(join(root, 'node_modules'), { recursive: true })
    await curesOnServer(async (origin) => {
      const { stdout } = await promisify(execFile)(process.execPath, [script, origin], { timeout: 30_000 })
      return JSON.parse(stdout)
    })
  })
}
