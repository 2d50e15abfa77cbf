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
    'axios.cjs',
    'axios.d.cts',
    'axios.d.ts',
    'axios.js',
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
    'react.cjs',
    'react.d.cts',
    'react.d.ts',
    'react.js',
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
  for (const name of (await readdir(app.folder)).filter((name) => /\.c?js$/.test(name))) {
    const text = await readFile(join(app.folder, name), 'utf8')
    assert.doesNotMatch(text, /\beval\s*\(|\bnew Function\b|\bimportScripts\b/)
  }
})

test('./url carries no engine of its own: that is what it is for', async () => {
  const [inlined, streamed] = await Promise.all(['index.js', 'url.js'].map((name) => readFile(join(app.folder, name))))
  assert.ok(streamed.length * 2 < inlined.length, `${streamed.length} bytes against ${inlined.length}`)
})

test('the sub-paths for axios and React bring neither, nor a client of their own', async () => {
  for (const [name, most] of Object.entries({ 'axios.js': 5_000, 'axios.cjs': 5_500, 'react.js': 1_000, 'react.cjs': 1_500 })) {
    const text = await readFile(join(app.folder, name), 'utf8')
    assert.ok(text.length < most, `${name} has ${text.length} bytes`)
    const imported = [...text.matchAll(/(?:from|require\()\s*"([^"]+)"/g)].map(([, name]) => name)
    assert.deepEqual(imported.sort(), name.startsWith('axios') ? ['oauth-refresh-wasm'] : ['oauth-refresh-wasm', 'react'])
  }
})
