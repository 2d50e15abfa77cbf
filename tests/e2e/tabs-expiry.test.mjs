import assert from 'node:assert/strict'
import { engine } from './harness/browser.mjs'
import { tabsScenario } from './harness/tabs.mjs'

const TABS = 8
const LANES = 2
const EXPIRIES = 100
const BATCH = 10

tabsScenario(
  'S3 eight tabs, 100 expiries: the server counts 100 refreshes',
  TABS,
  async ({ backend, tabs, all, t }) => {
    for (const [number, tab] of all.entries()) await tab.run((number, lanes) => kit.work(number, lanes), number, LANES)
    for (let done = 0; done < EXPIRIES; done += BATCH) {
      await all[0].run((...batch) => kit.expireAll(...batch), done + 1, done + BATCH, TABS * LANES)
    }
    await all[0].run(() => kit.rest())
    const seen = await tabs.each(all, async () => {
      await kit.going
      return { outcomes: kit.outcomes, heard: kit.take(), status: kit.client.session.status }
    })
    const counted = await backend.counters()
    const { refreshes, refreshesOk, reuseDetected } = counted
    const answers = seen.reduce((sum, { outcomes }) => sum + (outcomes[200] ?? 0), 0)
    const heard = (phase) => seen.flatMap(({ heard }) => heard).filter(([, event]) => event.phase === phase).length
    t.diagnostic(
      `${engine.name}: ${refreshes} refreshes for ${EXPIRIES} expiries in ${TABS} tabs, ${heard('adopted')} adoptions, ` +
        `${counted.apiUnauthorized} requests answered 401, ${answers} callers answered 200`,
    )
    assert.deepEqual(
      { refreshes, refreshesOk, reuseDetected },
      { refreshes: EXPIRIES, refreshesOk: EXPIRIES, reuseDetected: 0 },
    )
    assert.equal(heard('success'), EXPIRIES)
    assert.equal(heard('failure'), 0)
    for (const { outcomes, heard, status } of seen) {
      assert.deepEqual(Object.keys(outcomes), ['200'])
      assert.equal(status, 'active')
      const kinds = new Set(heard.map(([name]) => name))
      assert.ok(!kinds.has('sessionend') && !kinds.has('warning'), [...kinds].join())
    }
  },
)

const LIFETIME = 2
const ENOUGH = 6

tabsScenario(
  'S3 T1 eight tabs that refresh ahead of time over tokens that really run out: no token is replaced before it is due',
  TABS,
  async ({ backend, tabs, all, t }) => {
    for (const [number, tab] of all.entries()) {
      await tab.run((number) => {
        kit.lives = []
        const { expiresAt: first } = kit.client.session
        kit.client.session.subscribe(() => {
          const { expiresAt } = kit.client.session
          if (expiresAt && expiresAt !== first && kit.lives.at(-1) !== expiresAt) kit.lives.push(expiresAt)
        })
        kit.work(number, 1)
      }, number)
    }
    // The token of the sign-in ends by order.
    await backend.set({ accessTokenSeconds: LIFETIME })
    await backend.expire()
    for (let count = 1; count <= ENOUGH; count++) await backend.until(({ refreshes }) => refreshes >= count)
    // The last one lives longer than the test: once every tab knows of it, nothing is on its way any more.
    await backend.set({ accessTokenSeconds: 3600 })
    const seen = await tabs.each(all, async () => {
      await kit.until(kit.client.session, ({ expiresAt }) => expiresAt > Date.now() + 60_000)
      return kit.lives
    })
    await all[0].run(() => kit.rest())
    const outcomes = await tabs.each(all, async () => {
      await kit.going
      return Object.keys(kit.outcomes)
    })
    const { refreshes, refreshesOk, reuseDetected } = await backend.counters()
    const lives = [...new Set(seen.flat())].sort()
    t.diagnostic(`${engine.name}: ${refreshes} refreshes, ${lives.length} lives in ${TABS} tabs`)
    assert.deepEqual({ refreshesOk, reuseDetected }, { refreshesOk: refreshes, reuseDetected: 0 })
    assert.deepEqual(outcomes, Array(TABS).fill(['200']))
    assert.equal(lives.length, refreshes, 'each refresh began one life, which all tabs agree on')
    // All but the last, which lives long, were replaced when they were due, after three quarters.
    const spans = lives.slice(1, -1).map((end, index) => end - lives[index])
    for (const span of spans) assert.ok(span >= LIFETIME * 750 - 10, `lives ended ${lives}`)
  },
  { client: { proactive: 'always' } },
)
