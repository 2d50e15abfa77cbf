import assert from 'node:assert/strict'
import { tabsScenario } from './harness/tabs.mjs'

const TABS = 4
const CHECKED = { sessionURL: '/auth/session' }

tabsScenario(
  'S4 a new tab learns the expiry from its siblings, and the server is not asked',
  2,
  async ({ backend, tabs, all, join }) => {
    const newest = await join()
    const expiries = await tabs.each([...all, newest], () => kit.client.session.expiresAt)
    assert.equal(typeof expiries[0], 'number')
    assert.deepEqual(new Set(expiries).size, 1, expiries.join())
    const { sessionChecks, refreshes } = await backend.counters()
    assert.deepEqual({ sessionChecks, refreshes }, { sessionChecks: 0, refreshes: 0 })
  },
  { client: CHECKED },
)

tabsScenario(
  'S4 a tab that has no siblings asks the server',
  1,
  async ({ backend, tabs, all: [tab] }) => {
    await tab.reload()
    await tab.run((options) => kit.join(options), CHECKED)
    assert.equal((await backend.counters()).sessionChecks, 1)
    assert.equal(await tab.run(() => typeof kit.client.session.expiresAt), 'number')
  },
  { client: CHECKED },
)

tabsScenario('F7 sign-out reaches every tab, once each', TABS, async ({ backend, tabs, all }) => {
  await all[1].run(() => kit.client.signOut())
  const seen = await tabs.each(all, async () => {
    await kit.until(kit.client.session, ({ status }) => status === 'signed_out')
    return kit.take()
  })
  assert.deepEqual(seen, Array(TABS).fill([['sessionend', { reason: 'signed_out' }]]))
  await tabs.each(all, async () => {
    kit.more = [await kit.outcome(kit.client.fetch('/api/profile')), await kit.client.refresh().catch(kit.told), kit.take()]
  })
  for (const [status, refreshed, heard] of await tabs.each(all, () => kit.more)) {
    assert.deepEqual([status, refreshed.code, heard], [401, 'session_ended', []])
  }
  const { logouts, refreshes } = await backend.counters()
  assert.deepEqual({ logouts, refreshes }, { logouts: 1, refreshes: 0 })
})

tabsScenario(
  'F2 the server ends the session: every tab hears of it once, and asks no more',
  TABS,
  async ({ backend, tabs, all }) => {
    await tabs.each(all, async () => {
      kit.ended = []
      kit.client = (await kit.load()).configure({ loginURL: '/auth/login', onSessionEnded: (event) => kit.ended.push(event) })
    })
    await backend.end()
    await tabs.each(all, () => kit.go())
    const seen = await tabs.each(all, async () => {
      await kit.until(kit.client.session, ({ status }) => status === 'ended')
      return [await kit.going, kit.ended, kit.take('sessionend')]
    })
    const rejected = { reason: 'rejected' }
    assert.deepEqual(seen, Array(TABS).fill([401, [rejected], [['sessionend', rejected]]]))
    await tabs.each(all, () => kit.go())
    const then = await tabs.each(all, async () => [await kit.going, kit.ended.length, kit.take()])
    assert.deepEqual(then, Array(TABS).fill([401, 1, []]))
    assert.equal((await backend.counters()).refreshes, 1)
  },
)

tabsScenario('S4 sign-in in one tab wakes the others, which stop refusing', TABS, async ({ backend, tabs, all }) => {
  await backend.end()
  await all[0].run(() => kit.outcome(kit.client.fetch('/api/profile')))
  await tabs.each(all, () => kit.until(kit.client.session, ({ status }) => status === 'ended'))
  await tabs.each(all, () => kit.take())
  await backend.forget()
  await all[2].run(() => kit.signIn(kit.client.fetch))
  const seen = await tabs.each(all, async () => {
    await kit.until(kit.client.session, ({ status }) => status === 'active')
    return kit.take().map(([name]) => name)
  })
  assert.deepEqual(seen, Array(TABS).fill(['sessionstart']))
  await backend.expire()
  await tabs.each(all, () => kit.go())
  assert.deepEqual(await tabs.each(all, () => kit.going), Array(TABS).fill(200))
  const { refreshes, refreshesOk, reuseDetected } = await backend.counters()
  assert.deepEqual({ refreshes, refreshesOk, reuseDetected }, { refreshes: 1, refreshesOk: 1, reuseDetected: 0 })
})

tabsScenario(
  'S4 a sign-in that no script saw, as by a redirect, is found by the page that comes after it, which wakes the others',
  TABS,
  async ({ backend, tabs, all }) => {
    await backend.end()
    await all[0].run(() => kit.outcome(kit.client.fetch('/api/profile')))
    await tabs.each(all, () => kit.until(kit.client.session, ({ status }) => status === 'ended'))
    await tabs.each(all, () => kit.take())
    const status = await all[1].run(async () => {
      const [, token] = /XSRF-TOKEN=([^;]+)/.exec(document.cookie)
      const unseen = (url, init) => kit.platformFetch(url, { ...init, headers: { ...init.headers, 'x-xsrf-token': token } })
      return (await kit.signIn(unseen)).status
    })
    assert.equal(status, 200)
    await all[1].reload()
    await backend.forget()
    await all[1].run((options) => kit.join(options), CHECKED)
    const others = all.toSpliced(1, 1)
    const seen = await tabs.each(others, async () => {
      await kit.until(kit.client.session, ({ status }) => status === 'active')
      return [kit.take().map(([name]) => name), await kit.outcome(kit.client.fetch('/api/profile'))]
    })
    assert.deepEqual(seen, Array(TABS - 1).fill([['sessionstart'], 200]))
    const { sessionChecks, refreshes } = await backend.counters()
    assert.deepEqual({ sessionChecks, refreshes }, { sessionChecks: 1, refreshes: 0 })
  },
)

/** What an old or a future version of the package may say under the same name. */
const STRANGE = [
  '2:9:9:signed_out:',
  '2|{"generation":99,"status":"ended"}',
  '1:0:1:dancing:',
  '1:99:1:ended:',
  '1:0:99999999999999999999:ended:',
  '',
  '?!',
  { version: 2, status: 'signed_out' },
  null,
  [1, 2],
]

tabsScenario(
  'S3 S4 a tab with another version of the package: the turn is shared, what it says is ignored',
  2,
  async ({ backend, tabs, all, t }) => {
    const stranger = await tabs.open()
    await stranger.run(async (strange) => {
      const { name } = (await navigator.locks.query()).held.find((lock) => lock.name.startsWith('oauth-refresh:'))
      const [session] = name.split('|')
      const channel = new BroadcastChannel(session)
      kit.say = () => strange.forEach((words) => channel.postMessage(words))
      for (const words of strange) {
        if (typeof words === 'string') navigator.locks.request(`${session}|${words}`, { mode: 'shared' }, () => new Promise(() => {}))
      }
      await new Promise((resolve) => {
        navigator.locks.request(`${session}|@0`, () => (resolve(), new Promise((letGo) => (kit.letGo = letGo))))
      })
      kit.say()
    }, STRANGE)
    await backend.expire()
    await tabs.each(all, () => kit.go())
    await all[0].run(() => kit.when(async () => (await kit.locks()).pending.length === 2))
    assert.equal((await backend.counters()).refreshes, 0, 'the stranger has the turn')
    await stranger.run(() => (kit.say(), kit.letGo()))
    const seen = await tabs.each(all, async () => [await kit.going, kit.client.session.status, kit.take('sessionend', 'warning')])
    assert.deepEqual(seen, Array(2).fill([200, 'active', []]))
    const { refreshes, reuseDetected } = await backend.counters()
    assert.deepEqual({ refreshes, reuseDetected }, { refreshes: 1, reuseDetected: 0 })
  },
)
