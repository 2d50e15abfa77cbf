import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { install } from '../../package/installed.mjs'
import { program } from './programs.mjs'

const execute = promisify(execFile)
const PATIENCE = 60_000

const journey = fileURLToPath(new URL('../pages/journey.js', import.meta.url))

/** An application in a folder of its own, with the package as packed; its `cache` is what a runtime may write to. */
export async function createApp() {
  const { root, folder, remove } = await install()
  const cache = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-cache-'))
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ type: 'module', dependencies: { 'oauth-refresh-wasm': '*' } }),
  )
  await copyFile(journey, join(root, 'journey.js'))
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

/**
 * The runtimes that run a script as Node does, each with `skip` where it is absent. `run(app, files, options)` writes
 * the files, runs the first and parses what it prints, once it has ended by itself. What it may do is speak to `origin`,
 * where a runtime asks for leave, import from `imports`, and read what is below `reads`; `location` is the address that it
 * pretends to have.
 */
export const runtimes = [
  runtime('Node', { path: process.execPath, skip: false }, () => []),
  // The newest with long support; it has Web Locks, for one.
  runtime('Node 26', program('Node 26'), () => []),
  runtime('Deno', program('deno'), ({ origin, location, imports, reads }) => {
    const { host } = new URL(origin ?? 'http://127.0.0.1')
    return [
      'run',
      '--no-prompt',
      '--node-modules-dir=manual',
      `--allow-net=${host}`,
      ...(imports ? [`--allow-import=${new URL(imports).host}`] : []),
      ...(reads ? [`--allow-read=${reads}`] : []),
      ...(location ? ['--location', location] : []),
    ]
  }),
  runtime('Bun', program('bun'), () => ['run', '--no-install']),
]

export const [node, node26, deno, bun] = runtimes

function runtime(name, { path, skip }, args) {
  const start = (app, given) =>
    execute(path, given, {
      cwd: app.root,
      timeout: PATIENCE,
      env: { ...process.env, NO_COLOR: '1', DENO_DIR: app.cache, DENO_NO_UPDATE_CHECK: '1', DO_NOT_TRACK: '1' },
    })
  return {
    name,
    skip,
    async run(app, files, options = {}) {
      for (const [file, text] of Object.entries(files)) await writeFile(join(app.root, file), text)
      const [main] = Object.keys(files)
      const { stdout } = await start(app, [...args(options), main]).catch((error) => {
        const why = error.killed ? `did not end by itself within ${PATIENCE} ms` : `ended with ${error.code}`
        throw new Error(`${name}: ${main} ${why}; it printed ${error.stdout}${error.stderr}`)
      })
      return JSON.parse(stdout)
    },
    /** Its own type checker, over one file; what it complains of, or nothing. */
    async check(app, file, text) {
      await writeFile(join(app.root, file), text)
      return start(app, ['check', '--node-modules-dir=manual', file]).then(
        () => '',
        ({ stdout, stderr }) => `${stdout}${stderr}`,
      )
    },
  }
}
