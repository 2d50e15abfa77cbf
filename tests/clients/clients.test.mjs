import assert from 'node:assert/strict'
import { scenario } from './harness/scenario.mjs'

/**
 * The clients, each with a driver of its name. `refused` is the name of the error for a 401 and the status that it
 * tells, `unavailable` the name of the one for a refresh that was not available, `abandoned` that of a call that was
 * given up, where the client has something for that. `sends` is how many requests the ten calls make, if not ten.
 */
const CLIENTS = [
  { name: 'openapi-fetch', refused: { status: 401 }, unavailable: 'AuthError', abandoned: 'AbortError' },
  { name: 'ky', refused: { name: 'HTTPError', status: 401 }, unavailable: 'AuthError', abandoned: 'AbortError' },
  { name: 'ofetch', refused: { name: 'FetchError', status: 401 }, unavailable: 'FetchError', abandoned: 'FetchError' },
  { name: 'wretch', refused: { name: 'Error', status: 401 }, unavailable: 'AuthError', abandoned: 'AbortError' },
  { name: 'axios', refused: { name: 'AxiosError', status: 401 }, unavailable: 'AuthError', abandoned: 'CanceledError' },
  { name: 'apollo', refused: { name: 'ServerError', status: 401 }, unavailable: 'AuthError', abandoned: 'AbortError' },
  { name: 'urql', refused: { name: 'CombinedError', status: 401 }, unavailable: 'CombinedError', abandoned: 'unsubscribed' },
  { name: 'graphql-request', refused: { name: 'Error', status: 401 }, unavailable: 'AuthError', abandoned: 'AbortError' },
  ...['trpc', 'trpc-batch', 'trpc-batch-stream'].map((name) => ({
    name,
    refused: { name: 'TRPCClientError', status: 401 },
    unavailable: 'TRPCClientError',
    abandoned: 'TRPCClientError',
    sends: name === 'trpc' ? 10 : 2,
  })),
  { name: 'connect', refused: { name: 'ConnectError', status: true }, unavailable: 'ConnectError', abandoned: 'ConnectError' },
  { name: 'tanstack-query', refused: { name: 'Error', status: 401 }, unavailable: 'AuthError', abandoned: 'canceled' },
  { name: 'swr', refused: { name: 'Error', status: 401 }, unavailable: 'AuthError' },
  { name: 'rtk-query', refused: { status: 401 }, unavailable: undefined, abandoned: 'AbortError' },
  { name: 'postgrest', refused: { status: 401 }, unavailable: undefined, abandoned: undefined },
]

/** Those who can try again by themselves, at once and whatever the error. */
const UNTIRING = [
  'ky', 'ofetch', 'wretch', 'apollo', 'urql', 'trpc', 'trpc-batch', 'trpc-batch-stream', 'tanstack-query', 'swr',
  'rtk-query',
]

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

for (const { name, sends = 10, ...client } of CLIENTS) {
  scenario(`S1 R5 ${name}: ten calls over an expired token, one refresh, the same bytes again`, name, async (stage) => {
    const { backend, server, inPage } = stage
    await whileRefreshing(stage, sends, () => {
      const calls = ['1', '2', '3', '4', '5'].flatMap((id) => [kit.driver.read(id), kit.driver.add(`text ${id}`)])
      kit.kept.texts = Promise.all(calls)
    })
    await backend.release()
    const texts = await inPage(() => kit.kept.texts)
    assert.deepEqual(texts, ['1', '2', '3', '4', '5'].flatMap((id) => [`note ${id}`, `text ${id}`]))
    const { refreshes, csrfRefused } = await backend.counters()
    assert.deepEqual({ refreshes, csrfRefused }, { refreshes: 1, csrfRefused: 0 })
    assert.equal(passed(server.calls).length, sends)
    assert.deepEqual(passed(server.calls).map(bytes).sort(), refused(server.calls).map(bytes).sort())
  })

  scenario(`F2 ${name}: a session that has ended is the client's own error, until the next sign-in`, name, async (stage) => {
    const { backend, server, inPage } = stage
    await backend.end()
    const ends = await inPage(async () => {
      const { driver } = kit
      const refusal = (call) => call.catch((error) => ({ name: error.name, status: driver.status(error) }))
      return [await refusal(driver.read('1')), await refusal(driver.add('text'))]
    })
    assert.deepEqual(ends, [client.refused, client.refused])
    assert.equal(server.calls.length, 2, 'each is sent once, by the client itself too')
    const told = await inPage(async () => {
      await kit.driver.insist?.('1').catch(() => {})
      const sessionends = kit.heard.filter(([name]) => name === 'sessionend').length
      const [, signedIn] = await Promise.allSettled([kit.driver.read('2'), kit.driver.signIn('demo')])
      return { sessionends, signIn: signedIn.status, status: kit.session.session.status }
    })
    assert.deepEqual(told, { sessionends: 1, signIn: 'fulfilled', status: 'active' })
    assert.equal((await backend.counters()).refreshes, 1)
  })

  scenario(`F1 ${name}: a refresh that is not available can be told from a session that has ended`, name, async (stage) => {
    const { backend, inPage } = stage
    await backend.expire()
    await backend.set({ refreshAnswer: 'unavailable' })
    const told = await inPage(() =>
      kit.driver.add('text').catch((error) => ({ name: error.name, is: kit.driver.isUnavailable(error) })),
    )
    assert.deepEqual(told, client.unavailable ? { name: client.unavailable, is: true } : { is: true })
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

  if (Object.hasOwn(client, 'abandoned')) {
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
      assert.deepEqual(end, client.abandoned ? { name: client.abandoned } : {})
      assert.equal((await backend.counters()).refreshesOk, 0, 'the refresh is still under way')
      await backend.release()
      assert.equal(await inPage(() => kit.kept.other), 'text')
      assert.equal(passed(server.calls).length, 1, 'what was given up is not sent again')
      assert.equal((await backend.counters()).refreshes, 1)
    })
  }

  if (!UNTIRING.includes(name)) continue
  scenario(`F4 ${name}: its own tries after a 401 do not refresh again`, name, async ({ backend, server, inPage }) => {
    await backend.set({ apiAlways401: true })
    await inPage(() => kit.driver.insist('1').catch(() => {}))
    assert.equal(server.calls.length, 5, 'the first try, sent twice, and three more')
    assert.equal((await backend.counters()).refreshes, 1)
  })
}

scenario('postgrest: its own retry takes a refresh that is not available for a network failure', 'postgrest', async (stage) => {
  const { backend, server, inPage } = stage
  await backend.expire()
  await backend.set({ refreshAnswer: 'unavailable' })
  await inPage(() => void kit.driver.read('1').catch(() => {}))
  await server.until((calls) => calls.some(({ headers }) => headers['x-retry-count'] === '1'))
})

for (const protocol of ['graphql', 'trpc']) {
  scenario(`${protocol}: a refusal within an answer 200 does not refresh`, 'soft', async ({ backend, server, inPage }) => {
    await backend.expire()
    const end = await inPage((protocol) => kit.soft[protocol]().catch(() => 'rejected'), protocol)
    assert.equal(end, 'rejected')
    assert.deepEqual(server.calls.map(({ status }) => status), [200])
    assert.equal((await backend.counters()).refreshes, 0)
  })
}
