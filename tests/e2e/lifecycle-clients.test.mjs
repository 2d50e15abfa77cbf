import assert from 'node:assert/strict'
import { engine } from './harness/browser.mjs'
import { tabsScenario } from './harness/tabs.mjs'

/** In the page: counts timers, and the locks of clients that are named `another`. There is no other client any more. */
const watch = () => {
  kit.client.dispose()
  const { setTimeout: set, clearTimeout: clear } = globalThis
  kit.timers = new Set()
  globalThis.setTimeout = (callback, wait, ...rest) => {
    const timer = set(() => (kit.timers.delete(timer), callback()), wait, ...rest)
    // Drivers set timers too, short ones.
    if (wait > 60_000) kit.timers.add(timer)
    return timer
  }
  globalThis.clearTimeout = (timer) => (kit.timers.delete(timer), clear(timer))
  kit.others = async () => {
    const { held, pending } = await kit.locks()
    const count = (names) => names.filter((name) => name.startsWith('oauth-refresh:another|')).length
    return { held: count(held), pending: count(pending) }
  }
}

tabsScenario(
  'S3 a client that is disposed of gives its locks and its timer back, in the middle of whatever it did',
  1,
  async ({ all: [tab] }) => {
    await tab.run(watch)
    const seen = await tab.run(async () => {
      const { createAuthClient } = await kit.load()
      const counts = []
      const client = createAuthClient({ crossTab: 'another', proactive: 'always' })
      client.signIn({ expires_in: 600 })
      await kit.when(async () => (await kit.others()).held === 1)
      counts.push(kit.timers.size)
      let letGo
      await new Promise((resolve) => {
        navigator.locks.request('oauth-refresh:another|@0', () => (resolve(), new Promise((done) => (letGo = done))))
      })
      const refreshing = client.refresh().catch(kit.told)
      await kit.when(async () => (await kit.others()).pending === 1)
      client.dispose()
      counts.push((await refreshing).code, kit.timers.size)
      await kit.when(async () => (await kit.others()).pending === 0)
      letGo()
      await kit.when(async () => (await kit.others()).held === 0)
      return counts
    })
    assert.deepEqual(seen, [1, 'disposed', 0])
  },
)

tabsScenario(
  'S3 a component that is mounted, unmounted and mounted again has one client: one lock, one timer, one refresh',
  2,
  async ({ backend, tabs, all: [here, tab] }) => {
    await backend.set({ accessTokenSeconds: 600 })
    await tab.run(watch)
    await tab.run(async () => {
      const { createAuthClient } = await kit.load()
      const mount = () => createAuthClient({ loginURL: '/auth/login', crossTab: 'another', proactive: 'always' })
      const first = mount()
      await kit.signIn(first.fetch)
      await kit.until(first.session, ({ status }) => status === 'active')
      first.dispose()
      kit.client = mount()
      kit.client.dispose()
      kit.client = mount()
      kit.heard = kit.listen(kit.client)
      kit.client.signIn({ expires_in: 600 })
      await kit.when(async () => (await kit.others()).held === 1)
    })
    assert.deepEqual(await tab.run(async () => [await kit.others(), kit.timers.size]), [{ held: 1, pending: 0 }, 1])
    await here.run((client) => kit.configure(client), { crossTab: 'another' })
    await backend.expire()
    await tabs.each([here, tab], () => kit.go())
    assert.deepEqual(await tabs.each([here, tab], () => kit.going), [200, 200])
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
    assert.deepEqual(await tab.run(async () => [await kit.others(), kit.timers.size]), [{ held: 2, pending: 0 }, 1])
  },
)

tabsScenario(
  'S3 two copies of the package in one page refresh once, and tell each other of a sign-out',
  1,
  async ({ backend, all: [tab] }) => {
    await tab.run(async () => {
      const copy = await kit.load('/package/index.js?copy=2')
      if (copy.authedFetch === (await kit.load()).authedFetch) throw new Error('that is the same copy')
      kit.kept.client = copy.configure({ loginURL: '/auth/login', logoutURL: '/auth/logout' })
      await kit.until(kit.kept.client.session, ({ status }) => status === 'active')
      kit.kept.heard = kit.listen(kit.kept.client)
    })
    await backend.expire()
    const outcomes = await tab.run(() => {
      const fetches = [kit.client, kit.kept.client].flatMap(({ fetch }) => [fetch('/api/profile'), fetch('/api/items/1')])
      return Promise.all(fetches.map(kit.outcome))
    })
    assert.deepEqual(outcomes, [200, 200, 200, 200])
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
    const ends = await tab.run(async () => {
      await kit.client.signOut()
      await kit.until(kit.kept.client.session, ({ status }) => status === 'signed_out')
      return kit.kept.heard.filter(([name]) => name === 'sessionend')
    })
    assert.deepEqual(ends, [['sessionend', { reason: 'signed_out' }]])
  },
)

const CLIENTS = 20

tabsScenario(
  'S3 clients that nobody refers to any more leave no lock and no timer',
  1,
  async ({ all: [tab] }) => {
    await tab.run(watch)
    const before = await tab.run(async (count) => {
      const { createAuthClient } = await kit.load()
      const make = () => {
        const client = createAuthClient({ crossTab: 'another', proactive: 'always' })
        client.on('refresh', () => {})
        client.session.subscribe(() => {})
        client.signIn({ expires_in: 600 })
      }
      for (let made = 0; made < count; made++) make()
      await kit.when(async () => (await kit.others()).held === count)
      return kit.timers.size
    }, CLIENTS)
    assert.equal(before, CLIENTS)
    await tab.collectGarbage()
    await tab.run(() => kit.when(async () => (await kit.others()).held === 0 && kit.timers.size === 0))
  },
  { skip: engine.lacks.collectingGarbage },
)
