import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRecorder } from '../e2e/harness/recorder.mjs'
import { install } from './installed.mjs'

let app
before(async () => {
  app = await install()
})
after(() => app?.remove())

const EXPORTS = ['AuthError', 'authedFetch', 'client', 'configure', 'createAuthClient', 'ready']

/** The same script as ESM and as CommonJS; `sdk` is the package. */
const both = (name, script, check) => {
  const esm = `const before = globals()\nconst sdk = await import('oauth-refresh-wasm');\n`
  const cjs = `const before = globals()\nconst sdk = require('oauth-refresh-wasm');\n`
  const globals = 'function globals() { return Object.getOwnPropertyNames(globalThis).sort() }\n'
  const main = `(async () => {${script}})().then((result) => process.stdout.write(JSON.stringify(result)))`
  for (const [format, file, load] of [
    ['ESM', 'app.mjs', esm],
    ['CommonJS', 'app.cjs', cjs],
  ]) {
    test(`Node, ${format}: ${name}`, async (t) => {
      const server = await startRecorder()
      t.after(server.stop)
      const text = `const ORIGIN = ${JSON.stringify(server.origin)}\n${globals}${load}${main}`
      await check({ server, run: () => app.run(file, text) })
    })
  }
}

both(
  'importing does nothing and adds no global',
  `
  const names = Object.keys(sdk).filter((name) => name !== 'default' && name !== 'module.exports').sort()
  return { names, added: globals().filter((name) => !before.includes(name)), types: names.map((name) => typeof sdk[name]) }
`,
  async ({ server, run }) => {
    const seen = await run()
    assert.deepEqual(seen, {
      names: EXPORTS,
      added: [],
      types: ['function', 'function', 'object', 'function', 'function', 'function'],
    })
    assert.deepEqual(server.requests, [])
  },
)

both(
  'what is not listed goes to fetch as it is',
  `
  const answer = await sdk.authedFetch(ORIGIN + '/anything', { method: 'POST', body: 'x' })
  const relative = await sdk.authedFetch('/relative').catch((error) => [error.name, error.message])
  const native = await fetch('/relative').catch((error) => [error.name, error.message])
  return { status: answer.status, same: answer instanceof Response, relative, native }
`,
  async ({ server, run }) => {
    server.answer = () => ({ status: 401, body: {} })
    const seen = await run()
    assert.equal(seen.status, 401)
    assert.equal(seen.same, true)
    assert.deepEqual(seen.relative, seen.native)
    assert.equal(server.requests.length, 1)
  },
)

both(
  'S1 R5 with a baseURL a 401 is cured: one refresh, the same bytes',
  `
  const client = sdk.configure({ baseURL: ORIGIN + '/v1', refreshURL: ORIGIN + '/auth/refresh' })
  const calls = [1, 2, 3].map((n) => sdk.authedFetch('/notes/' + n, { method: 'POST', body: 'note ' + n }))
  const statuses = (await Promise.all(calls)).map(({ status }) => status)
  return { statuses, generation: client.session.generation, status: client.session.status, timer: client.session.expiresAt !== null }
`,
  async ({ server, run }) => {
    let refreshed = false
    server.answer = ({ path }) => {
      if (path === '/auth/refresh') refreshed = true
      return refreshed ? { status: 200, body: { expires_in: 3600 } } : { status: 401, body: {} }
    }
    // That the script ends shows that the timer keeps no process alive.
    assert.deepEqual(await run(), { statuses: [200, 200, 200], generation: 1, status: 'active', timer: true })
    const notes = server.requests.filter(({ path }) => path.startsWith('/v1/notes/'))
    for (const { path, body } of notes) assert.equal(body, `note ${path.at(-1)}`)
    assert.equal(server.requests.filter(({ path }) => path === '/auth/refresh').length, 1)
  },
)

both(
  'errors are AuthErrors, with the option in their message',
  `
  const told = (error) => [error instanceof sdk.AuthError, error instanceof Error, error.name, error.code, error.message]
  let wrong
  try { sdk.configure({ refreshUrl: '/x' }) } catch (error) { wrong = told(error) }
  sdk.configure({ baseURL: ORIGIN, refreshURL: '/refresh' })
  return { wrong, uncured: await sdk.authedFetch('/api').catch((error) => [...told(error).slice(0, 4), error.response.status]) }
`,
  async ({ server, run }) => {
    server.answer = ({ path }) => ({ status: path === '/refresh' ? 503 : 401, body: {} })
    const { wrong, uncured } = await run()
    assert.deepEqual(wrong.slice(0, 4), [true, true, 'AuthError', 'invalid_options'])
    assert.match(wrong[4], /refreshUrl/)
    assert.deepEqual(uncured, [true, true, 'AuthError', 'refresh_unavailable', 401])
  },
)

both(
  'R5 what Node alone takes as a body is never sent twice',
  `
  sdk.configure({ baseURL: ORIGIN, refreshURL: '/refresh' })
  async function* parts() { yield new TextEncoder().encode('one'); yield new TextEncoder().encode('two') }
  const answer = await sdk.authedFetch('/upload', { method: 'POST', body: parts(), duplex: 'half' })
  return answer.status
`,
  async ({ server, run }) => {
    server.answer = ({ path }) => ({ status: path === '/upload' ? 401 : 200, body: {} })
    assert.equal(await run(), 401)
    const uploads = server.requests.filter(({ path }) => path === '/upload')
    assert.deepEqual(
      uploads.map(({ body }) => body),
      ['onetwo'],
    )
  },
)
