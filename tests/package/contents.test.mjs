import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { install } from './installed.mjs'

let app
before(async () => {
  app = await install()
})
after(() => app?.remove())

test('the tarball holds what a user needs and nothing else', async () => {
  const files = (await readdir(app.folder, { recursive: true })).sort()
  assert.deepEqual(files, [
    'CHANGELOG.md',
    'LICENSE-APACHE',
    'LICENSE-MIT',
    'README.md',
    'core.wasm',
    'index.cjs',
    'index.d.cts',
    'index.d.ts',
    'index.js',
    'js.cjs',
    'js.d.cts',
    'js.d.ts',
    'js.js',
    'native.cjs',
    'node.js',
    'package.json',
    'url.d.ts',
    'url.js',
    'workerd.js',
  ])
})

test('the package installs nothing else and runs no script', async () => {
  const manifest = JSON.parse(await readFile(join(app.folder, 'package.json')))
  assert.equal(manifest.name, 'oauth-refresh-wasm')
  for (const field of ['dependencies', 'scripts', 'devDependencies']) assert.equal(manifest[field], undefined, field)
  assert.notEqual(manifest.version, '0.0.0')
})

test('no file names a folder of the machine that built it', async () => {
  const folders = [
    fileURLToPath(new URL('../..', import.meta.url)),
    join(homedir(), '.cargo'),
    join(homedir(), '.rustup'),
  ]
  for (const name of await readdir(app.folder)) {
    const bytes = await readFile(join(app.folder, name))
    for (const folder of folders) assert.equal(bytes.includes(folder), false, `${name} names ${folder}`)
  }
})

test('K8 nothing makes code of text', async () => {
  for (const name of ['index.js', 'index.cjs', 'url.js', 'workerd.js', 'js.js', 'js.cjs', 'native.cjs']) {
    const text = await readFile(join(app.folder, name), 'utf8')
    assert.doesNotMatch(text, /\beval\s*\(|\bnew Function\b|\bimportScripts\b/)
  }
})

test('./url carries no engine of its own: that is what it is for', async () => {
  const [inlined, streamed] = await Promise.all(['index.js', 'url.js'].map((name) => readFile(join(app.folder, name))))
  assert.ok(streamed.length * 2 < inlined.length, `${streamed.length} bytes against ${inlined.length}`)
})
