import assert from 'node:assert/strict'
import { engine } from './harness/browser.mjs'
import { tabsScenario } from './harness/tabs.mjs'

const skip = engine.lacks.freezing
/** Seconds; in the cases where it has to pass. */
const SOON = 1

/** In the page: until so many tabs wait for a turn. */
const wait = (count) => kit.when(async () => (await kit.locks()).pending.length === count)

tabsScenario(
  'S6 a tab freezes in its turn: the others go round it, with one refresh among them, and it adopts when it thaws',
  4,
  async ({ backend, tabs, all, join }) => {
    const frozen = await join()
    await backend.expire()
    await backend.set({ refreshAnswer: 'hang', refreshTimes: 1 })
    await frozen.run(() => kit.go())
    await backend.until(({ refreshes }) => refreshes === 1)
    await frozen.freeze()
    await tabs.each(all, () => kit.go())
    const seen = await tabs.each(all, async () => [await kit.going, kit.take('sessionend'), kit.client.session.status])
    assert.deepEqual(seen, Array(4).fill([200, [], 'active']))
    await frozen.thaw()
    const thawed = await frozen.run(async () => [await kit.going, kit.client.session.status, kit.take('refresh', 'sessionend')])
    assert.deepEqual(thawed.slice(0, 2), [200, 'active'])
    assert.ok(thawed[2].some(([, { phase }]) => phase === 'adopted'))
    const { refreshes, refreshesOk, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, refreshesOk, reuseDetected }, { refreshes: 2, refreshesOk: 1, reuseDetected: 0 })
    await all[0].run(() => kit.when(async () => (await kit.locks()).held.every((name) => !name.includes('|@'))))
    await backend.expire()
    await tabs.each([...all, frozen], () => kit.go())
    assert.deepEqual(await tabs.each([...all, frozen], () => kit.going), Array(5).fill(200))
    assert.equal((await backend.counters()).refreshesOk, 2, 'after that there is one turn again')
  },
  { skip, client: { refreshTimeout: SOON } },
)

tabsScenario(
  'S6 a tab freezes while it waits for its turn: it blocks nobody, and has its answer when it thaws',
  2,
  async ({ backend, all: [first, frozen], join }) => {
    const last = await join()
    await backend.expire()
    await backend.set({ holdRefresh: true })
    await first.run(() => kit.go())
    await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
    await frozen.run(() => kit.go())
    await first.run(wait, 1)
    await frozen.freeze()
    await first.run(wait, 0)
    await last.run(() => kit.go())
    await first.run(wait, 1)
    await backend.set({ holdRefresh: false })
    assert.equal(await first.run(() => kit.going), 200)
    assert.equal(await last.run(() => kit.going), 200)
    await frozen.thaw()
    assert.equal(await frozen.run(() => kit.going), 200)
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
  },
  { skip },
)

tabsScenario(
  'T3 S3 a tab that was frozen meanwhile looks for the refreshes of others when it thaws, and asks nobody',
  2,
  async ({ backend, tabs, all: [here, frozen] }) => {
    // What is said to a frozen tab may be lost.
    await here.run(() => (BroadcastChannel.prototype.postMessage = () => {}))
    await frozen.freeze()
    await here.run(() => kit.client.refresh())
    await here.run(() => kit.client.refresh())
    await frozen.thaw()
    const seen = await frozen.run(async () => {
      await kit.until(kit.client.session, ({ generation }) => generation > 0)
      return kit.outcome(kit.client.fetch('/api/profile'))
    })
    assert.equal(seen, 200)
    const expiries = await tabs.each([here, frozen], () => kit.client.session.expiresAt)
    assert.equal(expiries[0], expiries[1])
    assert.equal((await backend.counters()).refreshes, 2)
  },
  { skip },
)

tabsScenario(
  'F7 a sign-out while a tab is frozen reaches it when it thaws, once',
  2,
  async ({ backend, all: [here, frozen] }) => {
    await frozen.freeze()
    await here.run(() => kit.client.signOut())
    await frozen.thaw()
    const seen = await frozen.run(async () => {
      await kit.until(kit.client.session, ({ status }) => status === 'signed_out')
      return [await kit.outcome(kit.client.fetch('/api/profile')), kit.take()]
    })
    assert.deepEqual(seen, [401, [['sessionend', { reason: 'signed_out' }]]])
    assert.equal((await backend.counters()).refreshes, 0)
  },
  { skip },
)
