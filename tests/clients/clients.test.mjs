import assert from 'node:assert/strict'
import { clients } from './harness/clients.mjs'
import { scenario } from './harness/scenario.mjs'

const IDS = ['1', '2', '3', '4', '5']

/** Everything but the cookies, which are what makes the second send another. */
function bytes({ method, url, headers, body }) {
  const { cookie, ...others } = headers
  return JSON.stringify({ method, url, headers: others, body })
}

const refused = (calls) => calls.filter(({ status }) => status === 401)
const passed = (calls) => calls.filter(({ status }) => status !== undefined && status !== 401)

/** Calls that `begin` makes meet an expired token, `sends` requests in all; their refresh is held until its release. */
async function whileRefreshing({ backend, server, inPage }, sends, begin) {
  await backend.expire()
  await backend.set({ holdRefresh: true })
  await inPage(begin)
  await server.until((calls) => refused(calls).length === sends)
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
}

for (const client of clients) {
  const { name, sends } = client

  scenario(`S1 R5 ${name}: ten calls over an expired token, one refresh, the same bytes again`, name, async (stage) => {
    const { backend, server, inPage } = stage
    await inPage((ids) => (kit.kept.ids = ids), IDS)
    await whileRefreshing(stage, sends, () => {
      const { driver, kept } = kit
      kept.texts = Promise.all(kept.ids.flatMap((id) => [driver.read(id), driver.add(`text ${id}`)]))
    })
    await backend.release()
    const texts = await inPage(() => kit.kept.texts)
    assert.deepEqual(texts, IDS.flatMap((id) => [`note ${id}`, `text ${id}`]))
    const { refreshes, csrfRefused } = await backend.counters()
    assert.deepEqual({ refreshes, csrfRefused }, { refreshes: 1, csrfRefused: 0 })
    assert.equal(passed(server.calls).length, sends)
    assert.deepEqual(passed(server.calls).map(bytes).sort(), refused(server.calls).map(bytes).sort())
  })

  scenario(`F2 ${name}: a dead session is an error of its own, until the next sign-in`, name, async (stage) => {
    const { backend, server, inPage } = stage
    await backend.end()
    const ends = await inPage(async () => {
      const { driver } = kit
      const refusal = (call) => call.catch((error) => ({ name: error.name, status: driver.status(error) }))
      return [await refusal(driver.read('1')), await refusal(driver.add('text'))]
    })
    assert.deepEqual(ends, [client.refused, client.refused])
    assert.equal(server.calls.length, 2, 'each is sent once, by the client itself too')
    const told = await inPage(async (insists) => {
      if (insists) await kit.driver.insist('2').catch(() => {})
      const sessionends = kit.heard.filter(([name]) => name === 'sessionend').length
      const [, signedIn] = await Promise.allSettled([kit.driver.add('text'), kit.driver.signIn('demo')])
      return { sessionends, signIn: signedIn.status, status: kit.session.session.status }
    }, client.insists)
    assert.deepEqual(told, { sessionends: 1, signIn: 'fulfilled', status: 'active' })
    assert.equal((await backend.counters()).refreshes, 1)
  })

  scenario(`F1 ${name}: a refresh that is not available is told as such`, name, async (stage) => {
    const { backend, inPage } = stage
    await backend.expire()
    await backend.set({ refreshAnswer: 'unavailable' })
    const told = await inPage(() =>
      kit.driver.add('text').catch((error) => ({ name: error.name, is: kit.driver.isUnavailable(error) })),
    )
    assert.deepEqual(told, { ...client.unavailable, is: true })
    assert.equal((await backend.counters()).refreshes, 1)
  })

  scenario(`R3 ${name}: a wrong password does not refresh`, name, async ({ backend, inPage }) => {
    const told = await inPage(async () => {
      const error = await kit.driver.signIn('wrong').catch((error) => error)
      return { status: kit.driver.status(error), retried: kit.heard.length > 0 }
    })
    assert.deepEqual(told, { status: client.refused.status, retried: false })
    const { refreshes, loginsFailed } = await backend.counters()
    assert.deepEqual({ refreshes, loginsFailed }, { refreshes: 0, loginsFailed: 1 })
  })

  if (client.abandoned) {
    scenario(`R7 ${name}: a call that is given up ends while the refresh goes on`, name, async (stage) => {
      const { backend, server, inPage } = stage
      await whileRefreshing(stage, 2, () => {
        const controller = new AbortController()
        const abandoned = kit.driver.read('1', controller.signal).catch((error) => ({ name: error.name }))
        Object.assign(kit.kept, { controller, abandoned, other: kit.driver.add('text') })
      })
      const end = await inPage(() => {
        kit.kept.controller.abort()
        return kit.kept.abandoned
      })
      assert.deepEqual(end, client.abandoned)
      assert.equal((await backend.counters()).refreshesOk, 0, 'the refresh is still under way')
      await backend.release()
      assert.equal(await inPage(() => kit.kept.other), 'text')
      assert.equal(passed(server.calls).length, 1, 'what was given up is not sent again')
      assert.equal((await backend.counters()).refreshes, 1)
    })
  }

  if (!client.insists) continue
  scenario(`F4 ${name}: its own tries after a 401 do not refresh again`, name, async ({ backend, server, inPage }) => {
    await backend.set({ apiAlways401: true })
    await inPage(() => kit.driver.insist('1').catch(() => {}))
    assert.equal(server.calls.length, 5, 'the first try, sent twice, and three more')
    assert.equal((await backend.counters()).refreshes, 1)
  })
}

scenario('postgrest: its own retry takes an unavailable refresh for a network failure', 'postgrest', async (stage) => {
  const { backend, server, inPage } = stage
  await backend.expire()
  await backend.set({ refreshAnswer: 'unavailable' })
  await inPage(() => void kit.driver.read('1').catch(() => {}))
  await server.until((calls) => calls.some(({ headers }) => headers['x-retry-count'] === '1'))
})

for (const protocol of ['graphql', 'trpc']) {
  scenario(`${protocol}: a refusal within an answer 200 does not refresh`, 'soft', async (stage) => {
    const { backend, server, inPage } = stage
    await backend.expire()
    const end = await inPage((protocol) => kit.soft[protocol]().catch(() => 'rejected'), protocol)
    assert.equal(end, 'rejected')
    assert.deepEqual(server.calls.map(({ status }) => status), [200])
    assert.equal((await backend.counters()).refreshes, 0)
  })
}
