import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unpack } from '../e2e/harness/packed.mjs'

const execute = promisify(execFile)
const require = createRequire(import.meta.url)
const { getDefaultConfig } = require('@react-native/metro-config')
const { runBuild } = require('metro')
const here = dirname(fileURLToPath(import.meta.url))
const packages = join(here, 'node_modules')

/** As the folders of Hermes' programs are named. */
function platform() {
  const name = { linux: 'linux64', darwin: 'osx', win32: 'win64' }[process.platform]
  if (!name) throw new Error(`Hermes has no program for ${process.platform}.`)
  return name
}

/** An app of its own, with the package as packed in its `node_modules`. */
export async function createApp() {
  const packed = await unpack()
  const root = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-native-'))
  await cp(join(here, 'app'), join(root, 'app'), { recursive: true })
  await mkdir(join(root, 'node_modules'))
  await rename(packed.folder, join(root, 'node_modules', 'oauth-refresh-wasm'))
  return {
    /** Metro's bundle of an entry, as React Native sets Metro up: its text, and which modules are in it. */
    async bundle(entry, change = (config) => config) {
      const config = getDefaultConfig(root)
      config.watchFolders = [root, packages]
      config.resolver.nodeModulesPaths = [packages]
      config.resolver.useWatchman = false
      config.maxWorkers = 2
      config.reporter = { update() {} }
      config.fileMapCacheDirectory = root
      // `device.js` sets up what the app needs of this, and stands for the phone.
      config.serializer.getModulesRunBeforeMainModule = () => []
      const index = join(root, 'app', 'react-native.js')
      config.resolver.resolveRequest = (context, name, ...rest) =>
        name === 'react-native' ? { type: 'sourceFile', filePath: index } : context.resolveRequest(context, name, ...rest)
      const modules = new Set()
      config.serializer.processModuleFilter = ({ path }) => (modules.add(path), true)
      // Releases for Hermes are not minified: its compiler does that.
      const { code } = await runBuild(change(config), { entry: join('app', entry), platform: 'ios', dev: false, minify: false })
      return { code, modules: [...modules].map((path) => path.replace(`${root}/`, '')) }
    },
    /** Runs a step of the bundle's own `scenarios` on the Hermes VM, with a phone of its own, and hands back its value. */
    async run({ code }, step) {
      const path = join(root, `${step}.js`)
      await writeFile(path, `globalThis.SCENARIO = '${step}'; globalThis.nativeLoggingHook = print;\n${code}`)
      const hermes = join(packages, 'hermes-engine-cli', `${platform()}-bin`, 'hermes')
      const { stdout } = await execute(hermes, ['-w', '-lazy', '-Xes6-promise', '-Xmicrotask-queue', path])
      const said = stdout.trim().split('\n').pop()
      if (!said.startsWith('{')) throw new Error(`The scenario did not end. It printed: ${stdout || 'nothing'}`)
      const { value, thrown } = JSON.parse(said)
      if (thrown) throw new Error(`In the app: ${thrown}`)
      return value
    },
    /** Compiles the bundle to bytecode with the compiler that React Native ships; rejects with what that says. */
    async compile({ code }) {
      const path = join(root, 'bundle.js')
      await writeFile(path, code)
      const compiler = join(packages, 'react-native', 'sdks', 'hermesc', `${platform()}-bin`, 'hermesc')
      await execute(compiler, ['-w', '-O', '-emit-binary', '-out', join(root, 'bundle.hbc'), path])
    },
    async remove() {
      await rm(root, { recursive: true, force: true })
      await packed.remove()
    },
  }
}
