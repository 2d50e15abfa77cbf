import assert from 'node:assert/strict'
import * as esbuild from 'esbuild'
import { join, relative } from 'node:path'
import { after, test } from 'node:test'
import webpack from 'webpack'
import { neighborhood } from './application.mjs'
import { compile } from './compile.mjs'

const { settle, leave } = await neighborhood()
after(leave)

/** The paths of all modules that a bundler puts into an application's script. */
const graphs = {
  async esbuild(root, entry) {
    const options = { entryPoints: [join(root, entry)], bundle: true, write: false, metafile: true, absWorkingDir: root }
    const { metafile } = await esbuild.build({ ...options, format: 'esm' })
    const [output] = Object.values(metafile.outputs)
    return Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? join(root, path) : []))
  },

  async webpack(root, entry) {
    const stats = await compile(webpack, { context: root, entry: join(root, entry), output: { path: join(root, 'dist') } })
    const { modules } = stats.toJson({ all: false, modules: true, nestedModules: true })
    const leaves = modules.flatMap((module) => module.modules ?? [module])
    return leaves.flatMap(({ nameForCondition }) => nameForCondition ?? [])
  },
}

for (const [bundler, graph] of Object.entries(graphs)) {
  test(`${bundler}: an application that imports authedFetch alone has nothing of axios, of React or of other entries`, async () => {
    const root = await settle(bundler, 'scripts')
    const paths = (await graph(root, 'one.js')).map((path) => relative(root, path))
    assert.deepEqual(paths.sort(), ['node_modules/oauth-refresh-wasm/index.js', 'one.js'])
  })
}
