import assert from 'node:assert/strict'
import { tabsScenario } from './harness/tabs.mjs'

/** In the page: until this tab waits for its turn. */
const waits = () => kit.when(async () => (await kit.locks()).pending.some((name) => name.endsWith('|@0')))

/** In the page: until the browser has the cookies that a refresh has brought, whoever asked for it. */
const cookiesCame = () => kit.when(async () => (await kit.platformFetch('/api/profile')).ok)

tabsScenario(
  'S3 a tab whose turn has come reads again how far the session is, though no message reached it',
  4,
  async ({ backend, tabs, all }) => {
    await tabs.each(all, () => (BroadcastChannel.prototype.postMessage = () => {}))
    await backend.expire()
    await backend.set({ holdRefresh: true })
    await tabs.each(all, () => kit.go())
    await all[0].run(() => kit.when(async () => (await kit.locks()).pending.length === 3))
    await backend.set({ holdRefresh: false })
    const seen = await tabs.each(all, async () => [await kit.going, kit.take('sessionend')])
    assert.deepEqual(seen, Array(4).fill([200, []]))
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
  },
)

const WAYS_OUT = {
  closed: (tab) => tab.close(),
  reloaded: (tab) => tab.reload(),
  'led elsewhere': (tab) => tab.open('/auth/refresh/nothing-here'),
}

for (const [what, leave] of Object.entries(WAYS_OUT)) {
  tabsScenario(
    `S6 a tab is ${what} in the middle of its refresh: what the refresh brings is not lost`,
    2,
    async ({ backend, all: [here], join }) => {
      const leaving = await join()
      await backend.expire()
      await backend.set({ holdRefreshAnswer: true })
      await leaving.run(() => kit.go())
      await backend.until(({ refreshesOk }) => refreshesOk === 1)
      await leave(leaving)
      await backend.set({ holdRefreshAnswer: false })
      await here.run(cookiesCame)
      await backend.expire()
      const seen = await here.run(async () => [await kit.outcome(kit.client.fetch('/api/profile')), kit.take('sessionend')])
      assert.deepEqual(seen, [200, []])
      const { refreshes, refreshesOk, reuseDetected } = await backend.counters()
      assert.deepEqual({ refreshes, refreshesOk, reuseDetected }, { refreshes: 2, refreshesOk: 2, reuseDetected: 0 })
    },
  )

  tabsScenario(
    `S6 a tab is ${what} in its turn: the next one goes on, and does not use the token that is being used`,
    3,
    async ({ backend, tabs, all, join }) => {
      const leaving = await join()
      await backend.expire()
      await backend.set({ holdRefresh: true })
      await leaving.run(() => kit.go())
      await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
      await tabs.each(all, () => kit.go())
      await all[0].run(waits)
      await leave(leaving)
      await all[0].run(() => kit.when(async () => (await navigator.locks.query()).held.some((lock) => lock.name.endsWith('|@0'))))
      await backend.set({ holdRefresh: false })
      const seen = await tabs.each(all, async () => [await kit.going, kit.take('sessionend'), kit.client.session.status])
      assert.deepEqual(seen, Array(3).fill([200, [], 'active']))
      const { refreshes, refreshesOk, reuseDetected } = await backend.counters()
      assert.deepEqual({ refreshesOk, reuseDetected }, { refreshesOk: refreshes, reuseDetected: 0 })
      assert.ok(refreshes <= 2, `${refreshes} refreshes`)
    },
  )
}
