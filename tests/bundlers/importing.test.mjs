import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { neighborhood } from './application.mjs'

const { settle, leave } = await neighborhood()
after(leave)

/** Files that only their own platform can load. */
const ELSEWHERE = ['native.cjs', 'workerd.js']

/**
 * Loads a script where whoever looks at the page, or calls the network or the clock, is noticed. (A look at `fetch` is
 * none of these: the package remembers the platform's own.) Runs in a process of its own.
 */
async function load(file) {
  const used = []
  const looked = [
    ...['window', 'self', 'document', 'location', 'history', 'navigator', 'crypto'],
    ...['localStorage', 'sessionStorage', 'indexedDB', 'caches'],
  ]
  for (const name of looked) {
    const value = globalThis[name]
    Object.defineProperty(globalThis, name, { configurable: true, get: () => (used.push(name), value) })
  }
  const called = [
    ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'BroadcastChannel', 'Worker'],
    ...['addEventListener', 'setTimeout', 'setInterval'],
  ]
  const note = (name, verb) => (target, ...rest) => (used.push(name), Reflect[verb](target, ...rest))
  const watch = (holder, name) => {
    const original = holder[name] ?? function () {}
    holder[name] = new Proxy(original, { apply: note(name, 'apply'), construct: note(name, 'construct') })
  }
  for (const name of called) watch(globalThis, name)
  for (const name of ['Module', 'Instance', 'compile', 'instantiate']) watch(WebAssembly, name)
  const names = Object.keys(await import(file))
  // As text first: writing it may take what is watched.
  const seen = JSON.stringify({ names, used })
  process.stdout.write(seen)
}

const root = await settle('importing', 'scripts')
const installed = join(root, 'node_modules', 'oauth-refresh-wasm')
const files = (await readdir(installed)).filter((name) => /\.c?js$/.test(name) && !ELSEWHERE.includes(name))
await writeFile(join(root, 'load.js'), `await (${load})(process.argv[2])`)

for (const file of files) {
  test(`${file}: loading it looks at no page, calls no network and no clock, and starts no engine`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['load.js', join(installed, file)], { cwd: root })
    const { names, used } = JSON.parse(stdout)
    assert.ok(names.length > 0)
    assert.deepEqual(used, [])
  })
}
