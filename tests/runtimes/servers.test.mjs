import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRecorder } from '../e2e/harness/recorder.mjs'
import { startCdn } from './harness/cdn.mjs'
import { bun, createApp, deno, node, node26, runtimes } from './harness/app.mjs'
import { judge, startService } from './harness/service.mjs'

let app
before(async () => {
  app = await createApp()
})
after(() => app?.remove())

/** A script that prints what `main` returns; `ORIGIN` is that of the server. */
const script = (origin, head, main) => `
${head}
const ORIGIN = ${JSON.stringify(origin)}
console.log(JSON.stringify(await (async () => {${main}})()))
`

const GLOBALS = 'const globals = () => Object.getOwnPropertyNames(globalThis)\nconst before = globals()'
const LOADS = {
  // Deno puts a global of its own there when something of Node's is first imported.
  import: `import 'node:module'\n${GLOBALS}\nconst sdk = await import('oauth-refresh-wasm')`,
  require: `import { createRequire } from 'node:module'\n${GLOBALS}\nconst sdk = createRequire(import.meta.url)('oauth-refresh-wasm')`,
}

for (const runtime of runtimes) {
  const { name, skip } = runtime

  for (const [way, load] of Object.entries(LOADS)) {
    test(`S1 R5 ${name}, ${way}: the import is silent, 20 callers share one refresh, and the process ends`, { skip }, async (t) => {
      const service = await startService()
      t.after(service.stop)
      const { origin } = service
      const { added, ...told } = await runtime.run(
        app,
        {
          'main.js': script(
            origin,
            `import { journey } from './journey.js'\n${load}\nconst added = globals().filter((name) => !before.includes(name))`,
            'return { added, ...(await journey(sdk, ORIGIN)) }',
          ),
        },
        { origin },
      )
      assert.deepEqual(added, [], 'the import adds no global')
      judge(told, service.requests)
    })
  }

  test(`S1 ${name}: import and require share one client, ./url too`, { skip }, async (t) => {
    const service = await startRecorder()
    t.after(service.stop)
    let renewed = false
    service.answer = ({ path }) => {
      renewed ||= path === '/auth/refresh'
      return { status: renewed ? 200 : 401, body: { expires_in: 3600 } }
    }
    const { origin } = service
    const seen = await runtime.run(
      app,
      {
        'main.js': script(
          origin,
          `import * as imported from 'oauth-refresh-wasm'
           import * as streamed from 'oauth-refresh-wasm/url'
           import { createRequire } from 'node:module'
           const required = createRequire(import.meta.url)('oauth-refresh-wasm')`,
          `imported.configure({ baseURL: ORIGIN + '/v1', refreshURL: ORIGIN + '/auth/refresh' })
           const { status } = await required.authedFetch('/profile')
           let refused
           try { required.createAuthClient({ no: 1 }) } catch (error) { refused = error }
           return {
             status,
             generation: imported.client.session.generation,
             same: Object.keys(required).filter((name) => [imported[name], streamed[name]].every((other) => other === required[name])).sort(),
             isAuthError: refused instanceof imported.AuthError,
           }`,
        ),
      },
      { origin },
    )
    assert.deepEqual(seen, {
      status: 200,
      generation: 1,
      same: ['AuthError', 'authedFetch', 'client', 'configure', 'createAuthClient', 'ready'],
      isAuthError: true,
    })
    const lines = service.requests.map(({ path }) => path)
    assert.deepEqual(lines, ['/v1/profile', '/auth/refresh', '/v1/profile'])
  })
}

test('S1 R5 Deno: a module of a CDN', { skip: deno.skip }, async (t) => {
  const cdn = await startCdn(app.folder)
  t.after(cdn.stop)
  const service = await startService()
  t.after(service.stop)
  const { origin } = service
  const head = `import { journey } from './journey.js'\nimport * as sdk from '${cdn.origin}/index.js'`
  const told = await deno.run(
    app,
    { 'main.js': script(origin, head, 'return journey(sdk, ORIGIN)') },
    { origin, imports: cdn.origin },
  )
  judge(told, service.requests)
  assert.deepEqual(cdn.paths, ['/index.js'])
})

test('Deno: its type checker finds the types and goes by them', { skip: deno.skip }, async () => {
  const right = `
    import { type AuthClient, AuthError, authedFetch, configure } from 'oauth-refresh-wasm'
    const client: AuthClient = configure({ loginURL: '/auth/login' })
    const dropIn: typeof fetch = authedFetch
    void [client, dropIn, AuthError]
  `
  assert.equal(await deno.check(app, 'right.ts', right), '')
  const wrong = `
    import { configure } from 'oauth-refresh-wasm'
    configure({ loginUrl: '/auth/login' })
  `
  assert.match(await deno.check(app, 'wrong.ts', wrong), /'loginUrl' does not exist in type 'AuthOptions'/)
})

/** A refresh, and what the client shares then: the news of others, if there were any, would come over the channel. */
const ALONE = `
  const shared = []
  const { BroadcastChannel } = globalThis
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name)
      shared.push(name)
    }
  }
  const { createAuthClient } = await import('oauth-refresh-wasm')
  const client = createAuthClient({ baseURL: ORIGIN + '/v1', refreshURL: ORIGIN + '/auth/refresh' })
  await client.refresh()
`

/** A server that renews whenever it is asked. */
async function startRenewer(t) {
  const service = await startRecorder()
  t.after(service.stop)
  service.answer = () => ({ status: 200, body: { expires_in: 3600 } })
  return service
}

test('S5 Deno with --location is a server all the same: it shares nothing, and ends', { skip: deno.skip }, async (t) => {
  const { origin } = await startRenewer(t)
  const main = `${ALONE} return { shared, status: client.session.status, location: location.origin }`
  const seen = await deno.run(app, { 'main.js': script(origin, '', main) }, { origin, location: `${origin}/page` })
  assert.deepEqual(seen, { shared: [], status: 'active', location: origin })
})

for (const runtime of [node, node26, bun]) {
  const { name, skip } = runtime
  test(`S5 ${name} that pretends to be a page, as tests do, shares as a page and ends`, { skip }, async (t) => {
    const { origin } = await startRenewer(t)
    const pretend = `globalThis.document = { cookie: '' }\nglobalThis.location = new URL('${origin}/page')`
    const main = `${ALONE} return { shared, status: client.session.status }`
    const seen = await runtime.run(app, { 'main.js': script(origin, pretend, main) }, { origin })
    assert.deepEqual(seen, { shared: [`oauth-refresh:${origin}/auth/refresh`], status: 'active' })
  })
}

for (const runtime of [deno, bun]) {
  const { name, skip } = runtime
  test(`S5 ${name}, a worker: no origin, so it shares nothing and takes no relative URL`, { skip }, async (t) => {
    const { origin } = await startRenewer(t)
    const main = `
      const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
      const told = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data)
        worker.onerror = ({ message }) => reject(new Error(message))
      })
      worker.terminate()
      return told`
    const work = `
      ${ALONE.replace('ORIGIN', JSON.stringify(origin)).replace('ORIGIN', JSON.stringify(origin))}
      const unset = createAuthClient()
      let refused
      try { createAuthClient({ refreshURL: '/auth/refresh' }) } catch ({ code, message }) { refused = { code, message } }
      postMessage({ shared, status: client.session.status, unset: unset.session.status, refused })`
    const seen = await runtime.run(app, { 'main.js': script(origin, '', main), 'worker.js': work }, { origin, reads: app.root })
    assert.deepEqual(seen, {
      shared: [],
      status: 'active',
      unset: 'unknown',
      refused: {
        code: 'invalid_options',
        message:
          "refreshURL: a string '/auth/refresh' was given; accepted: an absolute URL, for there is no page that a relative one could belong to.",
      },
    })
  })
}
