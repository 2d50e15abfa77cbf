import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unpack } from '../e2e/harness/packed.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const applications = join(here, 'applications')
const apps = join(here, 'apps')

const MANIFEST = { name: 'an-application', private: true, type: 'module' }

/**
 * A folder for the applications of a test file. It is beside the `node_modules` of the bundlers, for an application has
 * its framework installed as well as the package.
 */
export async function neighborhood() {
  await mkdir(apps, { recursive: true })
  const home = await mkdtemp(join(apps, 'of-'))
  const packed = await unpack()
  return {
    home,
    /**
     * An application, of a kind that `applications` has, with the package as packed in its `node_modules` and no
     * configuration of any tool.
     */
    async settle(name, kind) {
      const root = join(home, name)
      const installed = join(root, 'node_modules', 'oauth-refresh-wasm')
      await mkdir(dirname(installed), { recursive: true })
      await cp(packed.folder, installed, { recursive: true })
      await writeFile(join(root, 'package.json'), JSON.stringify(MANIFEST))
      await cp(join(applications, kind), root, { recursive: true })
      await cp(join(applications, 'shared'), root, { recursive: true })
      return root
    },
    async leave() {
      await packed.remove()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A document that runs a script, and nothing else. */
export const html = (script) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>an application</title>
    <link rel="icon" href="data:,">
    ${script}
  </head>
</html>
`
