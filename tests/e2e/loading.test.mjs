import assert from 'node:assert/strict'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scenario } from './harness/scenario.mjs'

scenario('importing the package does nothing: no request, no compilation, no listener', async ({ backend, inPage }) => {
  const seen = await inPage(async () => {
    const done = []
    const note =
      (verb) =>
      (target, ...rest) => (done.push(target.name), Reflect[verb](target, ...rest))
    const watch = (holder, name) =>
      (holder[name] = new Proxy(holder[name], { apply: note('apply'), construct: note('construct') }))
    for (const name of ['Module', 'Instance', 'compile', 'instantiate', 'compileStreaming', 'instantiateStreaming']) {
      watch(WebAssembly, name)
    }
    for (const name of ['addEventListener', 'setTimeout', 'setInterval', 'fetch']) watch(globalThis, name)
    watch(document, 'addEventListener')
    const { client, ready } = await kit.load()
    const snapshot = client.session.getSnapshot()
    const imported = done.splice(0)
    await ready()
    return { imported, snapshot, ready: done.length > 0 }
  })
  assert.deepEqual(seen, { imported: [], snapshot: { status: 'unknown', expiresAt: null, generation: 0 }, ready: true })
  assert.equal((await backend.counters()).requests, 1, 'the package’s one file')
})

scenario(
  'K8 a session under a strict policy with Trusted Types, from a plain module script',
  async ({ backend, page, inPage }) => {
    await page.driver.wait(() => page.driver.executeScript('return globalThis.plain?.done'), 10_000)
    assert.equal(await inPage(() => plain.status), 200)
    const policy = await inPage(async () => (await fetch(location.href)).headers.get('content-security-policy'))
    assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/)
    assert.match(policy, /require-trusted-types-for 'script'; trusted-types 'none'/)
    assert.equal((await backend.counters()).refreshes, 0)
  },
  { path: '/tests/plain.html' },
)

for (const entry of ['index.js', 'url.js']) {
  scenario(
    `K8 a policy without 'wasm-unsafe-eval': ${entry} says so at each call, and fetch is untouched`,
    async ({ backend, inPage }) => {
      const seen = await inPage(async (entry) => {
        const before = globalThis.fetch
        const { authedFetch, configure, ready, client, AuthError } = await kit.load(`/package/${entry}`)
        const configured = configure({ loginURL: '/auth/login' }) === client
        const calls = [
          () => authedFetch('/api/profile'),
          () => authedFetch('/api/profile'),
          ready,
          client.refresh,
          client.signOut,
        ]
        const outcomes = []
        for (const call of calls)
          outcomes.push(
            await call().catch((error) => [error instanceof AuthError, error.code, error.message, error.cause?.name]),
          )
        return {
          configured,
          outcomes,
          same: globalThis.fetch === before,
          native: await kit.outcome(fetch('/api/profile')),
        }
      }, entry)
      assert.equal(seen.configured, true)
      for (const [isAuthError, code, message, cause] of seen.outcomes) {
        assert.equal(isAuthError, true)
        assert.equal(code, 'engine_unavailable')
        assert.match(message, /Add 'wasm-unsafe-eval' to its script-src, or import 'oauth-refresh-wasm\/js'/)
        assert.equal(cause, 'CompileError')
      }
      assert.equal(seen.same, true)
      assert.equal(seen.native, 401)
      assert.equal((await backend.counters()).apiRequests, 1)
    },
    { switches: { csp: 'no-wasm' }, complaints: true },
  )

  scenario(`no WebAssembly: ${entry} says so, and a later call tries again`, async ({ inPage }) => {
    const seen = await inPage(async (entry) => {
      const { WebAssembly } = globalThis
      const { authedFetch, configure, client } = await kit.load(`/package/${entry}`)
      delete globalThis.WebAssembly
      configure({ loginURL: '/auth/login' })
      const signedIn = []
      client.on('sessionstart', (event) => signedIn.push(event))
      const without = await kit.outcome(authedFetch('/api/profile'))
      globalThis.WebAssembly = WebAssembly
      const login = await kit.outcome(kit.signIn(authedFetch))
      return {
        without,
        login,
        signedIn,
        status: client.session.status,
        profile: await kit.outcome(authedFetch('/api/profile')),
      }
    }, entry)
    assert.equal(seen.without.code, 'engine_unavailable')
    assert.match(seen.without.message, /no WebAssembly/)
    assert.equal(seen.login, 200)
    assert.deepEqual(seen.signedIn, [{ generation: 1 }], 'options and listeners given before are in force')
    assert.equal(seen.status, 'active')
    assert.equal(seen.profile, 200)
  })
}

const ENTRIES = [
  ['index.js', 'Instance'],
  ['url.js', '/package/core.wasm'],
]

for (const [entry, loads] of ENTRIES) {
  for (const [when, configures] of [
    ['', false],
    [', also if options follow in the same breath', true],
  ]) {
    scenario(`${entry}: the first requests do not wait for the engine, and a 401 is cured${when}`, async ({ backend, page, inPage }) => {
      await inPage(async () => void (await kit.signedIn()))
      await backend.expire()
      await page.reload()
      const seen = await inPage(
        async (entry, configures) => {
          const done = []
          const construct = (...call) => (done.push('Instance'), Reflect.construct(...call))
          WebAssembly.Instance = new Proxy(WebAssembly.Instance, { construct })
          const { fetch } = globalThis
          globalThis.fetch = (...call) => (done.push(new URL(call[0], document.baseURI).pathname), fetch(...call))
          const { authedFetch, configure } = await kit.load(`/package/${entry}`)
          const answers = [authedFetch('/api/profile'), authedFetch('api/items/1', { headers: { accept: '*/*' } })]
          // By these, the first one would lead elsewhere.
          if (configures) configure({ baseURL: '/nowhere/', refreshURL: `${location.origin}/auth/refresh` })
          const statuses = await Promise.all(answers.map(kit.outcome))
          return { statuses, done: done.slice(0, 3) }
        },
        entry,
        configures,
      )
      assert.deepEqual(seen, { statuses: [200, 404], done: ['/api/profile', '/tests/api/items/1', loads] })
      assert.equal((await backend.counters()).refreshes, 1)
    })
  }
}

for (const [entry] of ENTRIES) {
  scenario(`${entry}: the engine is loaded after the first request, whatever that is answered`, async ({ inPage }) => {
    const status = await inPage(async (entry) => {
      const { authedFetch } = await kit.load(`/package/${entry}`)
      const loaded = new Promise((loaded) => {
        const construct = (...call) => (loaded(), Reflect.construct(...call))
        WebAssembly.Instance = new Proxy(WebAssembly.Instance, { construct })
      })
      const status = await kit.outcome(authedFetch(location.href))
      await loaded
      return status
    }, entry)
    assert.equal(status, 200)
  })

  scenario(`${entry}: without an engine the first request says so too, and no other goes ahead of it`, async ({ backend, inPage }) => {
    const codes = await inPage(async (entry) => {
      const { authedFetch } = await kit.load(`/package/${entry}`)
      delete globalThis.WebAssembly
      const outcomes = []
      for (let left = 3; left > 0; left--) outcomes.push(await kit.outcome(authedFetch('/api/profile')))
      return outcomes.map(({ code }) => code)
    }, entry)
    assert.deepEqual(codes, Array(3).fill('engine_unavailable'))
    assert.equal((await backend.counters()).apiRequests, 1)
  })
}

scenario('./url streams core.wasm once, and is the same client', async ({ backend, inPage }) => {
  await inPage(async () => {
    const { configure, authedFetch } = await kit.load('/package/url.js')
    const client = configure({ loginURL: '/auth/login' })
    await Promise.all([kit.signIn(authedFetch), authedFetch('/api/nowhere'), client.ensureFresh()])
    kit.kept = { client }
  })
  await backend.expire()
  const seen = await inPage(async () => {
    const statuses = await Promise.all(
      Array.from({ length: 10 }, (_, n) => kit.outcome(kit.kept.client.fetch(`/api/items/${n}`))),
    )
    return statuses
  })
  assert.deepEqual(seen, Array(10).fill(200))
  const { byPath } = await backend.counters()
  assert.equal(byPath['GET /package/core.wasm'], 1)
})

scenario('./url refuses a wrong option when the engine is there, at every call', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { configure, authedFetch } = await kit.load('/package/url.js')
    configure({ refreshUrl: '/x' })
    return [await kit.outcome(authedFetch('/api/profile')), await kit.outcome(authedFetch('/api/profile'))]
  })
  for (const { code, message } of seen) {
    assert.equal(code, 'invalid_options')
    assert.match(message, /refreshUrl/)
  }
})

scenario(
  './url with core.wasm missing names the address and the cure, and works once it is there',
  async ({ backend, page, packed, inPage, t }) => {
    const folder = await mkdtemp(join(packed.folder, 'partial-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    await copyFile(join(packed.folder, 'url.js'), join(folder, 'url.js'))
    const path = `/package/${folder.split('/').at(-1)}`
    const missing = await inPage(async (entry) => {
      const { authedFetch } = await kit.load(entry)
      kit.kept = { authedFetch }
      return kit.outcome(authedFetch('/api/profile'))
    }, `${path}/url.js`)
    assert.equal(missing.code, 'engine_unavailable')
    assert.ok(missing.message.includes(`${page.origin}${path}/core.wasm`), missing.message)
    assert.match(missing.message, /404/)
    assert.match(missing.message, /Serve core\.wasm beside url\.js/)
    assert.equal((await backend.counters()).apiRequests, 1)
    await copyFile(join(packed.folder, 'core.wasm'), join(folder, 'core.wasm'))
    const native = await inPage(() => kit.outcome(kit.kept.authedFetch('/auth/session')))
    assert.equal(native, 401)
  },
)
