import assert from 'node:assert/strict'
import { tabsScenario } from './harness/tabs.mjs'

const TABS = 4
const HOUR = 3_600_000
const client = { proactive: 'always' }

/**
 * Lets the wall clock of each of these tabs be that much later: the machine slept, or somebody set it. They are hidden
 * from then on, for the driver shows each tab that it asks something of, and becoming visible would be a reason to look.
 */
const setClocks = (tabs, all, milliseconds) =>
  tabs.each(
    all,
    (milliseconds) => {
      kit.turn('hidden')
      kit.advance(milliseconds, { asleep: true })
    },
    milliseconds,
  )

/** All send a request at once, and get what they want. */
async function allGetThrough(tabs, all) {
  await tabs.each(all, () => kit.go())
  const seen = await tabs.each(all, async () => [await kit.going, kit.take('sessionend')])
  assert.deepEqual(seen, Array(all.length).fill([200, []]))
}

tabsScenario(
  'T2 T3 S3 the machine slept over the expiry: all tabs wake at once, and one of them refreshes',
  TABS,
  async ({ backend, tabs, all }) => {
    await backend.expire()
    await setClocks(tabs, all, HOUR)
    await tabs.each(all, () => {
      kit.kept.generation = kit.client.session.generation
      kit.morning = new BroadcastChannel('the morning of a test')
      kit.wake = () => ['online', 'pageshow'].forEach((name) => dispatchEvent(new Event(name)))
      kit.morning.onmessage = kit.wake
    })
    await all[0].run(() => (kit.morning.postMessage('come'), kit.wake()))
    await tabs.each(all, () => kit.until(kit.client.session, ({ generation }) => generation > kit.kept.generation))
    await allGetThrough(tabs, all)
    const { refreshes, apiUnauthorized, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, apiUnauthorized, reuseDetected }, { refreshes: 1, apiUnauthorized: 0, reuseDetected: 0 })
  },
  { client },
)

for (const [way, milliseconds] of [
  ['forward', 24 * HOUR],
  ['back', -24 * HOUR],
]) {
  tabsScenario(
    `T2 S4 the wall clock is set ${way} by a day: no tab loses its session, a new one joins, one refresh serves all`,
    2,
    async ({ backend, tabs, all }) => {
      await setClocks(tabs, all, milliseconds)
      await allGetThrough(tabs, all)
      assert.equal((await backend.counters()).refreshes, 0, 'the clock alone makes no token die')
      const newest = await tabs.open()
      await setClocks(tabs, [newest], milliseconds)
      await newest.run((client) => kit.join(client), {})
      await backend.expire()
      await allGetThrough(tabs, [...all, newest])
      const { refreshes, reuseDetected } = await backend.counters()
      assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
      const expiries = await tabs.each([...all, newest], () => kit.client.session.expiresAt - Date.now())
      for (const left of expiries) assert.ok(left > 0 && left <= 60_000, `${left} ms are left`)
    },
  )
}
