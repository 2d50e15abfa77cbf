import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startRecorder } from '../e2e/harness/recorder.mjs'
import { bun, createApp, deno, node, node26, runtimes } from './harness/app.mjs'
import { startCdn } from './harness/cdn.mjs'
import { judge, startService } from './harness/service.mjs'

let app
before(async () => {
  app = await createApp()
})
after(() => app?.remove())

/** A script that is given a service whose session has expired; what it tells, and what the service saw, are judged. */
async function journey(t, runtime, script, options) {
  const service = await startService()
  t.after(service.stop)
  const { added, ...told } = await runtime.run(app, script, { ...options, origin: service.origin })
  assert.deepEqual(added, [], 'the import adds no global')
  judge(told, service.requests)
}

/** A server that answers 401 until it is asked to refresh. */
async function startExpired(t) {
  const service = await startRecorder()
  t.after(service.stop)
  let renewed = false
  service.answer = ({ path }) => {
    renewed ||= path === '/auth/refresh'
    return { status: renewed ? 200 : 401, body: { expires_in: 3600 } }
  }
  return service
}

for (const runtime of runtimes) {
  const { name, skip } = runtime

  for (const way of ['import', 'require']) {
    test(`S1 R5 ${name}, ${way}: silent, 20 callers share one refresh, and the process ends`, { skip }, (t) =>
      journey(t, runtime, `${way}.js`),
    )
  }

  test(`S1 ${name}: import and require share one client, ./url too`, { skip }, async (t) => {
    const { origin, requests } = await startExpired(t)
    assert.deepEqual(await runtime.run(app, 'one-client.js', { origin }), {
      one: ['AuthError', 'authedFetch', 'client', 'configure', 'createAuthClient', 'ready'],
      status: 200,
      generation: 1,
    })
    assert.deepEqual(
      requests.map(({ path }) => path),
      ['/v1/profile', '/auth/refresh', '/v1/profile'],
    )
  })
}

test('S1 R5 Deno: a module of a CDN', { skip: deno.skip }, async (t) => {
  const cdn = await startCdn(app.folder)
  t.after(cdn.stop)
  await journey(t, deno, 'cdn.js', { given: `${cdn.origin}/index.js`, imports: cdn.origin })
  assert.deepEqual(cdn.paths, ['/index.js'])
})

test('Deno: its type checker finds the types and goes by them', { skip: deno.skip }, async () => {
  assert.equal(await deno.check(app, 'right.ts'), '')
  assert.match(await deno.check(app, 'wrong.ts'), /'loginUrl' does not exist in type 'AuthOptions'/)
})

test('S5 Deno with --location is a server still: it shares nothing, and ends', { skip: deno.skip }, async (t) => {
  const { origin } = await startExpired(t)
  const told = await deno.run(app, 'server.js', { origin, location: `${origin}/page` })
  assert.deepEqual(told, { channels: [], status: 'active', location: origin })
})

for (const runtime of [node, node26, bun]) {
  const { name, skip } = runtime
  test(`S5 ${name} that pretends to be a page, as tests do, shares as a page and ends`, { skip }, async (t) => {
    const { origin } = await startExpired(t)
    const told = await runtime.run(app, 'as-a-page.js', { origin })
    assert.deepEqual(told, { channels: [`oauth-refresh:${origin}/auth/refresh`], status: 'active' })
  })
}

for (const runtime of [deno, bun]) {
  const { name, skip } = runtime
  test(`S5 ${name}, a worker: no origin, so it shares nothing and takes no relative URL`, { skip }, async (t) => {
    const { origin } = await startExpired(t)
    const { refused, ...told } = await runtime.run(app, 'with-a-worker.js', { origin, reads: app.root })
    assert.deepEqual(told, { unset: 'unknown', channels: [], status: 'active' })
    assert.equal(refused.code, 'invalid_options')
    assert.match(refused.message, /^refreshURL: .* accepted: an absolute URL, for there is no page/)
  })
}
