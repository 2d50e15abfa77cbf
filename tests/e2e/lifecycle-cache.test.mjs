import assert from 'node:assert/strict'
import { engine } from './harness/browser.mjs'
import { tabsScenario } from './harness/tabs.mjs'

const ELSEWHERE = '/tests/blank.html'
const switches = { keepPages: true }

/** Leads a tab elsewhere, so that its page may go into the back/forward cache. */
const leave = (tab) => tab.open(ELSEWHERE)

/** Goes back, and makes sure that it was to that very page. */
async function comeBack(tab) {
  assert.equal(await tab.back(), true, 'the page comes out of the back/forward cache')
}

/** How many locks of the package are held, and how many waited for. */
const locks = async () => {
  const { held, pending } = await kit.locks()
  const count = (names) => names.filter((name) => name.startsWith('oauth-refresh:')).length
  return { held: count(held), pending: count(pending) }
}

tabsScenario(
  'S6 a page in the back/forward cache holds no lock, and has them again when it is back',
  2,
  async ({ all: [here, tab] }) => {
    assert.deepEqual(await here.run(locks), { held: 2, pending: 0 })
    await leave(tab)
    assert.deepEqual(await here.run(locks), { held: 1, pending: 0 })
    await comeBack(tab)
    await tab.run(() => kit.when(async () => (await kit.locks()).held.length === 2))
    assert.equal(await tab.run(() => kit.outcome(kit.client.fetch('/api/profile'))), 200)
  },
  { switches },
)

tabsScenario(
  'S4 a page that is about to be left and stays after all is in sight again',
  2,
  async ({ all: [here, tab] }) => {
    await tab.run(() => dispatchEvent(new Event('beforeunload', { cancelable: true })))
    await here.run(() => kit.when(async () => (await kit.locks()).held.length === 1))
    await here.run(() => kit.when(async () => (await kit.locks()).held.length === 2))
  },
  { switches },
)

tabsScenario(
  'T3 S3 what happens while a page is in the back/forward cache does not throw it out, and is adopted on return',
  2,
  async ({ backend, tabs, all: [here, tab] }) => {
    await leave(tab)
    await here.run(() => kit.client.refresh())
    await here.run(() => kit.client.refresh())
    await comeBack(tab)
    const heard = await tab.run(async () => {
      await kit.until(kit.client.session, ({ generation }) => generation > 0)
      return kit.take()
    })
    assert.deepEqual(heard, [['refresh', { phase: 'adopted' }]])
    const expiries = await tabs.each([here, tab], () => kit.client.session.expiresAt)
    assert.equal(expiries[0], expiries[1])
    assert.equal(await tab.run(() => kit.outcome(kit.client.fetch('/api/profile'))), 200)
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 2, reuseDetected: 0 })
  },
  { switches },
)

tabsScenario(
  'F7 a sign-out while a page is in the back/forward cache is noticed on its return',
  2,
  async ({ backend, all: [here, tab] }) => {
    await leave(tab)
    await here.run(() => kit.client.signOut())
    await comeBack(tab)
    const seen = await tab.run(async () => {
      await kit.until(kit.client.session, ({ status }) => status === 'signed_out')
      return [kit.take(), await kit.outcome(kit.client.fetch('/api/profile'))]
    })
    assert.deepEqual(seen, [[['sessionend', { reason: 'signed_out' }]], 401])
    assert.equal((await backend.counters()).refreshes, 0)
  },
  { switches },
)

tabsScenario(
  'S3 another user signs in while a page is in the back/forward cache: it begins that session on its return',
  2,
  async ({ all: [here, tab] }) => {
    await leave(tab)
    await here.run(async () => {
      await kit.client.signOut()
      await kit.signIn(kit.client.fetch)
    })
    await comeBack(tab)
    const seen = await tab.run(async () => {
      await kit.until(kit.client.session, ({ generation }) => generation > 0)
      return [kit.client.session.status, await kit.outcome(kit.client.fetch('/api/profile'))]
    })
    assert.deepEqual(seen, ['active', 200])
  },
  { switches },
)

tabsScenario(
  'S6 a page that goes into the back/forward cache while it waits for its turn blocks nobody, and has it on return',
  2,
  async ({ backend, all: [here, tab], join }) => {
    const third = await join()
    await backend.expire()
    await backend.set({ holdRefresh: true })
    await here.run(() => kit.go())
    await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
    await tab.run(async () => {
      kit.go()
      await kit.when(async () => (await kit.locks()).pending.length === 1)
    })
    await leave(tab)
    await third.run(async () => {
      kit.go()
      await kit.when(async () => (await kit.locks()).pending.length === 1)
    })
    await backend.set({ holdRefresh: false })
    assert.equal(await here.run(() => kit.going), 200)
    assert.equal(await third.run(() => kit.going), 200)
    await comeBack(tab)
    assert.equal(await tab.run(() => kit.going), 200)
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
  },
  { switches, skip: engine.lacks.cachingInQueue },
)

tabsScenario(
  'S6 F6 a page in the middle of its refresh goes into the back/forward cache: nothing is lost, nobody waits for it',
  2,
  async ({ backend, all: [here, tab] }) => {
    await backend.expire()
    await backend.set({ holdRefreshAnswer: true })
    await tab.run(() => kit.go())
    await backend.until(({ refreshesOk }) => refreshesOk === 1)
    await leave(tab)
    assert.deepEqual(await here.run(locks), { held: 1, pending: 0 })
    await backend.set({ holdRefreshAnswer: false })
    await here.run(() => kit.when(async () => (await kit.platformFetch('/api/profile')).ok))
    await backend.expire()
    assert.equal(await here.run(() => kit.outcome(kit.client.fetch('/api/profile'))), 200)
    await tab.back()
    const seen = await tab.run(async () => {
      // Where the engine has thrown the page out, it begins anew, and has no call to finish.
      if (!kit.persisted) await kit.join()
      return [kit.persisted ? await kit.going : 200, await kit.outcome(kit.client.fetch('/api/profile')), kit.take('sessionend')]
    })
    assert.deepEqual(seen, [200, 200, []])
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 2, reuseDetected: 0 })
  },
  { switches },
)
