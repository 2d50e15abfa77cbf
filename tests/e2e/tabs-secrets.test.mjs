import assert from 'node:assert/strict'
import { tabsScenario } from './harness/tabs.mjs'

const TABS = 3
/** Where the driver can read the cookies of the refresh path too. */
const BELOW_REFRESH = '/auth/refresh/nothing-here'

/** A session with refreshes, a sign-out, a sign-in and its end, in which each tab has its part; `step` comes after each. */
async function live({ backend, tabs, all }, step) {
  const has = (status) => tabs.each(all, (status) => kit.until(kit.client.session, (now) => now.status === status), status)
  await step()
  await all[0].run(() => kit.client.refresh())
  await step()
  await backend.expire()
  await tabs.each(all, () => kit.go())
  assert.deepEqual(await tabs.each(all, () => kit.going), Array(TABS).fill(200))
  await step()
  await all[1].run(() => kit.client.signOut())
  await has('signed_out')
  await all[2].run(() => kit.signIn(kit.client.fetch))
  await has('active')
  await step()
  await backend.end()
  assert.equal(await all[0].run(() => kit.outcome(kit.client.fetch('/api/profile'))), 401)
  await has('ended')
}

tabsScenario('K4 no token is in what tabs tell each other, nor in the names of locks', TABS, async (context) => {
  const { tabs, all } = context
  const witness = await tabs.open(BELOW_REFRESH)
  const tokens = { access_token: new Set(), refresh_token: new Set() }
  await tabs.each(all, async () => {
    const { held } = await kit.locks()
    kit.kept = { said: [], locks: [...held] }
    const { postMessage } = BroadcastChannel.prototype
    BroadcastChannel.prototype.postMessage = function (data) {
      kit.kept.said.push(`${this.name} ${JSON.stringify(data)}`)
      return postMessage.call(this, data)
    }
    const { request } = LockManager.prototype
    LockManager.prototype.request = function (name, ...rest) {
      kit.kept.locks.push(name)
      return request.call(this, name, ...rest)
    }
  })
  await live(context, async () => {
    const cookies = await witness.cookies()
    for (const [name, values] of Object.entries(tokens)) values.add(cookies[name])
  })
  const kept = await tabs.each(all, () => kit.kept)
  const told = JSON.stringify(kept)
  assert.ok(kept.flatMap(({ said }) => said).length >= 5, 'each change was told')
  assert.match(told, /@0/)
  for (const values of Object.values(tokens)) {
    assert.equal(values.size, 4)
    for (const token of values) {
      assert.ok(token?.length > 20, `${token} is a token`)
      assert.equal(told.includes(token), false)
    }
  }
})

tabsScenario('K1 tabs write nothing to any storage, nor to a cookie', TABS, async (context) => {
  const { tabs, all } = context
  const stored = async () => ({
    local: Object.keys(localStorage),
    tab: Object.keys(sessionStorage),
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    cookies: document.cookie.split('; ').map((pair) => pair.split('=')[0]),
    writes: kit.kept.writes,
  })
  await tabs.each(all, () => {
    kit.kept.writes = []
    addEventListener('storage', ({ key }) => kit.kept.writes.push(key))
  })
  await live(context, () => {})
  const nothing = { local: [], tab: [], databases: [], caches: [], cookies: ['XSRF-TOKEN'], writes: [] }
  assert.deepEqual(await tabs.each(all, stored), Array(TABS).fill(nothing))
  await all[0].run(() => localStorage.setItem('the watch', 'works'))
  await all[1].run(() => kit.when(() => kit.kept.writes.length === 1))
  await all[0].run(() => localStorage.clear())
})
