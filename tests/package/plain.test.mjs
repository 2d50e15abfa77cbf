import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRecorder } from '../e2e/harness/recorder.mjs'
import { install } from './installed.mjs'

let app
before(async () => {
  app = await install()
})
after(() => app?.remove())

for (const [format, file, load] of [
  ['ESM', 'plain.mjs', "await import('oauth-refresh-wasm/js')"],
  ['CommonJS', 'plain.cjs', "require('oauth-refresh-wasm/js')"],
]) {
  test(`K8 S1 R5 Node, ${format}: ./js without WebAssembly: one refresh, the same bytes`, async (t) => {
    const server = await startRecorder()
    t.after(server.stop)
    let refreshed = false
    server.answer = ({ path }) => {
      if (path === '/auth/refresh') refreshed = true
      return refreshed ? { status: 200, body: { expires_in: 3600 } } : { status: 401, body: {} }
    }
    const script = `
const ORIGIN = ${JSON.stringify(server.origin)}
async function main() {
  // Node's own fetch has an engine of that kind, which it starts with the first request.
  await fetch(ORIGIN + '/first')
  delete globalThis.WebAssembly
  const sdk = ${load}
  sdk.configure({ baseURL: ORIGIN, refreshURL: '/auth/refresh' })
  const calls = [1, 2, 3].map((n) => sdk.authedFetch('/notes/' + n, { method: 'POST', body: 'note ' + n }))
  const answers = await Promise.all(calls)
  return [...answers.map(({ status }) => status), sdk.client.session.generation]
}
main().then((result) => process.stdout.write(JSON.stringify(result)))
`
    assert.deepEqual(await app.run(file, script), [200, 200, 200, 1])
    const paths = server.requests.map(({ path }) => path).sort()
    const notes = ['/notes/1', '/notes/1', '/notes/2', '/notes/2', '/notes/3', '/notes/3']
    assert.deepEqual(paths, ['/auth/refresh', '/first', ...notes])
    for (const { path, body } of server.requests) if (notes.includes(path)) assert.equal(body, `note ${path.at(-1)}`)
  })
}

const typed = `
import { authedFetch, configure, AuthError, type AuthClient } from 'oauth-refresh-wasm/js'
const client: AuthClient = configure({ loginURL: '/auth/login' })
const dropIn: typeof fetch = authedFetch
void [client, dropIn, AuthError]
`
for (const [name, extension, options] of [
  ['node16, ESM', '.mts', ['--module', 'node16']],
  ['node16, CommonJS', '.cts', ['--module', 'node16']],
  ['nodenext, ESM', '.mts', ['--module', 'nodenext']],
  ['nodenext, CommonJS', '.cts', ['--module', 'nodenext']],
  ['bundler', '.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ['bundler for React Native', '.ts', ['--module', 'esnext', '--moduleResolution', 'bundler', '--customConditions', 'react-native']],
]) {
  test(`the types of ./js are found: ${name}`, async () => {
    assert.equal(await app.compile({ [`plain${extension}`]: typed }, options), '')
    const wrong = typed.replace('loginURL', 'loginUrl')
    assert.match(await app.compile({ [`wrong${extension}`]: wrong }, options), /'loginUrl' does not exist in type 'AuthOptions'/)
  })
}
