import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { benches, root } from './places.mjs'

const manifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** What the figures depend on, and nothing that tells whose machine it is. */
export function machine(browserVersion) {
  const processors = cpus()
  return {
    cores: processors.length,
    processor: processors[0].model.replace(/\s*(@.*|\(R\)|\(TM\)|CPU)/g, '').trim(),
    chromium: browserVersion,
    node: process.versions.node,
  }
}

/** The version of each package that takes part. */
export function versions() {
  const { dependencies } = manifest(benches)
  const names = Object.keys(dependencies).filter((name) => !['@observablehq/plot', 'linkedom'].includes(name))
  const ours = ['oauth-refresh-wasm', manifest(join(root, 'pkg')).version]
  return Object.fromEntries([ours, ...names.map((name) => [name, manifest(join(benches, 'node_modules', name)).version])])
}
