// What is special about the engine as plain JavaScript; `cargo xtask test e2e:plain` runs other files over it too.
import assert from 'node:assert/strict'
import { scenario } from './harness/scenario.mjs'

/** Neither WebAssembly nor code made of text. */
const strict = { switches: { csp: 'no-wasm' } }

scenario(
  "K8 ./js: a session under script-src 'self', with the rest of the policy as strict as can be",
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { configure, authedFetch, ready } = await kit.load('/package/js.js')
      await ready()
      kit.kept = configure({ loginURL: '/auth/login' })
      const policy = (await fetch(location.href)).headers.get('content-security-policy')
      return { login: await kit.outcome(kit.signIn(authedFetch)), policy }
    })
    assert.equal(seen.login, 200)
    assert.match(seen.policy, /script-src 'self';/)
    assert.match(seen.policy, /require-trusted-types-for 'script'; trusted-types 'none'/)
    await backend.expire()
    const statuses = await inPage(() => Promise.all(Array.from({ length: 20 }, (_, n) => kit.outcome(kit.kept.fetch(`/api/items/${n}`)))))
    assert.deepEqual(statuses, Array(20).fill(200))
    assert.equal((await backend.counters()).refreshes, 1)
  },
  strict,
)

scenario(
  './js: importing it does nothing; its memory comes with the first use',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const made = []
      for (const name of ['ArrayBuffer', 'setTimeout', 'addEventListener', 'fetch']) {
        const note = (verb) => (target, ...rest) => (made.push(name), Reflect[verb](target, ...rest))
        globalThis[name] = new Proxy(globalThis[name], { apply: note('apply'), construct: note('construct') })
      }
      const { ready } = await kit.load('/package/js.js')
      const imported = made.splice(0)
      await ready()
      return { imported, ready: made }
    })
    assert.deepEqual(seen.imported, [])
    assert.ok(seen.ready.includes('ArrayBuffer'))
  },
  strict,
)

scenario(
  './js: what is larger than its memory makes that grow, and comes back whole',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const { createAuthClient } = await kit.load('/package/js.js')
      // One, two, three and four bytes each, and half of a pair.
      const name = 'aä€😀\ud800'.repeat(100_000)
      const told = () => {
        try {
          createAuthClient({ [name]: true })
        } catch ({ message }) {
          return message.startsWith(`${name.replaceAll('\ud800', '\ufffd')} (a boolean) is not an option`)
        }
      }
      return [told(), told()]
    })
    assert.deepEqual(seen, [true, true])
  },
  strict,
)
