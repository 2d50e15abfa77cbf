import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const source = fileURLToPath(new URL('../../../pkg', import.meta.url))

/** Whether what the pages import is the engine as plain JavaScript: `E2E_ENTRY=js`. */
export const plain = process.env.E2E_ENTRY === 'js'

/** The package as a user gets it: packed, and unpacked into a folder of its own. */
export async function unpack() {
  const home = await mkdtemp(join(tmpdir(), 'oauth-refresh-wasm-'))
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home], {
    cwd: source,
  })
  const [{ filename }] = JSON.parse(stdout)
  const tarball = join(home, filename)
  await run('tar', ['-xzf', tarball, '-C', home])
  const folder = join(home, 'package')
  if (plain) await copyFile(join(folder, 'js.js'), join(folder, 'index.js'))
  return { tarball, folder, remove: () => rm(home, { recursive: true, force: true }) }
}
