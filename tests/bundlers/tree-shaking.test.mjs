import assert from 'node:assert/strict'
import * as esbuild from 'esbuild'
import { join } from 'node:path'
import { after, test } from 'node:test'
import webpack from 'webpack'
import { neighborhood } from './application.mjs'
import { compile } from './compile.mjs'

const { settle, leave } = await neighborhood()
after(leave)

/** The paths of all modules that a bundler puts into an application's script. */
const graphs = {
  async esbuild(root, entry) {
    const options = { entryPoints: [join(root, entry)], absWorkingDir: root, bundle: true, format: 'esm' }
    const { metafile } = await esbuild.build({ ...options, write: false, metafile: true })
    const [{ inputs }] = Object.values(metafile.outputs)
    return Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0).map((path) => join(root, path))
  },

  async webpack(root, entry) {
    const output = { path: join(root, 'dist') }
    const stats = await compile(webpack, { context: root, entry: join(root, entry), output })
    const { modules } = stats.toJson({ all: false, modules: true, nestedModules: true })
    const leaves = modules.flatMap((module) => module.modules ?? [module])
    return leaves.flatMap(({ nameForCondition }) => nameForCondition ?? [])
  },
}

const cases = {
  'authedFetch alone: nothing of axios, of React or of other entries': ['one.js', ['oauth-refresh-wasm/index.js']],
  './axios: the main entry once, axios, nothing of React': [
    'adapters.js',
    ['axios', 'oauth-refresh-wasm/axios.js', 'oauth-refresh-wasm/index.js'],
  ],
  './react: the main entry once, React, nothing of axios': [
    'hook.js',
    ['oauth-refresh-wasm/index.js', 'oauth-refresh-wasm/react.js', 'react'],
  ],
}

for (const [bundler, graph] of Object.entries(graphs)) {
  for (const [name, [entry, expected]] of Object.entries(cases)) {
    test(`${bundler}, an application that imports ${name}`, async () => {
      const root = await settle(`${bundler}-${entry}`, 'scripts')
      const found = new Set((await graph(root, entry)).flatMap(installed))
      assert.deepEqual([...found].sort(), expected)
    })
  }
}

/** What of the packages a module is: a file of ours, or the name of another. Nothing for the application's own. */
function installed(path) {
  const inPackage = path.split('/node_modules/').at(-1)
  if (inPackage === path) return []
  return inPackage.startsWith('oauth-refresh-wasm/') ? [inPackage] : [inPackage.split('/')[0]]
}
