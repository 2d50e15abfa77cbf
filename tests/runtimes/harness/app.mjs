import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { install } from '../../package/installed.mjs'
import { program } from './programs.mjs'

const execute = promisify(execFile)
const PATIENCE = 60_000

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/**
 * An application in a folder of its own, with the package as packed: the scripts of `fixtures`, and `journey.js`. What
 * a runtime keeps, it keeps in `cache`.
 */
export async function createApp() {
  const { root, folder, remove } = await install()
  const cache = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-cache-'))
  const manifest = { type: 'module', dependencies: { 'oauth-refresh-wasm': '*' } }
  await writeFile(join(root, 'package.json'), JSON.stringify(manifest))
  await cp(path('fixtures'), root, { recursive: true })
  await cp(path('pages/journey.js'), join(root, 'journey.js'))
  return {
    root,
    folder,
    cache,
    async remove() {
      await remove()
      await rm(cache, { recursive: true, force: true })
    },
  }
}

/** What runs a script as Node does; each has the `skip` of its tests, with the reason, where it is absent. */
class Runtime {
  #path
  #options

  /** `options` is what it takes before the script, by what the script is given. */
  constructor(name, { path, skip }, options) {
    this.name = name
    this.skip = skip
    this.#path = path
    this.#options = options
  }

  /**
   * Runs a script of the application, which is given an `origin` and something more, and parses what it prints once it
   * has ended by itself. Where a runtime asks for leave, it may speak to that origin, import from `imports` and read
   * below `reads`, and nothing else. `location` is the address that it pretends to have.
   */
  async run(app, script, { origin = '', given = '', ...options } = {}) {
    const args = [...this.#options({ origin, ...options }), script, origin, given]
    const { stdout } = await this.#start(app, args).catch(({ killed, code, stdout, stderr }) => {
      const end = killed ? `did not end by itself within ${PATIENCE} ms` : `ended with ${code}`
      throw new Error(`${this.name}: ${script} ${end}; it printed ${stdout}${stderr}`)
    })
    return JSON.parse(stdout)
  }

  /** Checks a script with the runtime's own type checker; what that complains of, or nothing. */
  check(app, script) {
    return this.#start(app, ['check', NODE_MODULES, script]).then(
      () => '',
      ({ stdout, stderr }) => `${stdout}${stderr}`,
    )
  }

  #start(app, args) {
    const silence = { NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' }
    return execute(this.#path, args, {
      cwd: app.root,
      timeout: PATIENCE,
      env: { ...process.env, ...silence, DENO_DIR: app.cache },
    })
  }
}

/** As installed: nothing is looked for in a registry. */
const NODE_MODULES = '--node-modules-dir=manual'

export const node = new Runtime('Node', { path: process.execPath, skip: false }, () => [])

/** The newest with long support; it has Web Locks, for one. */
export const node26 = new Runtime('Node 26', program('Node 26'), () => [])

export const deno = new Runtime('Deno', program('deno'), ({ origin, imports, reads, location }) => [
  'run',
  '--no-prompt',
  NODE_MODULES,
  `--allow-net=${new URL(origin).host}`,
  ...(imports ? [`--allow-import=${new URL(imports).host}`] : []),
  ...(reads ? [`--allow-read=${reads}`] : []),
  ...(location ? ['--location', location] : []),
])

export const bun = new Runtime('Bun', program('bun'), () => ['run', '--no-install'])

export const runtimes = [node, node26, deno, bun]
