import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { unpack } from '../e2e/harness/packed.mjs'

const execute = promisify(execFile)
const PATIENCE = 30_000

/** An application of its own, with the package as packed in its `node_modules`. */
export async function install() {
  const packed = await unpack()
  const root = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-app-'))
  await mkdir(join(root, 'node_modules'))
  const folder = join(root, 'node_modules', 'oauth-refresh-wasm')
  await rename(packed.folder, folder)
  return {
    root,
    folder,
    /** Runs a script of the application, and parses what it prints. A script that does not end by itself fails. */
    async run(name, text) {
      await writeFile(join(root, name), text)
      const { stdout } = await execute(process.execPath, [name], { cwd: root, timeout: PATIENCE })
      return JSON.parse(stdout)
    },
    /** Compiles files of the application; the compiler's complaints, or nothing. */
    async compile(files, options) {
      for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text)
      const compiler = new URL('../../node_modules/typescript/bin/tsc', import.meta.url)
      const args = [
        compiler.pathname,
        '--noEmit',
        '--strict',
        '--target',
        'ES2022',
        '--types',
        '',
        ...options,
        ...Object.keys(files),
      ]
      return execute(process.execPath, args, { cwd: root, timeout: PATIENCE }).then(
        () => '',
        ({ stdout }) => stdout,
      )
    },
    async remove() {
      await rm(root, { recursive: true, force: true })
      await packed.remove()
    },
  }
}
