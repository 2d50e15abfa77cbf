import assert from 'node:assert/strict'
import { scenario } from './harness/scenario.mjs'

/** XMLHttpRequest on the three public steps, as an adapter would have it. */
const transport = () => {
  kit.xhr = (url, headers) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('GET', url)
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      request.onload = () =>
        resolve({
          status: request.status,
          headers: { 'WWW-Authenticate': request.getResponseHeader('www-authenticate') },
        })
      request.onerror = () => reject(new TypeError('no answer'))
      request.send()
    })
  kit.call = async (client, url, options) => {
    const ticket = client.open(url, options)
    const sends = []
    for (;;) {
      const { headers } = await client.admit(ticket)
      const answer = await kit.xhr(url, headers)
      sends.push([answer.status, ticket._retry])
      if ((await client.judge(ticket, answer)) === 'deliver') return { sends, route: ticket.route }
    }
  }
}

scenario(
  'R1 S1 other transports: open, admit and judge share one refresh, and send at most twice',
  async ({ backend, inPage }) => {
    await inPage(transport)
    await inPage(async () => {
      kit.kept = await kit.signedIn()
    })
    await backend.expire()
    const seen = await inPage(() => {
      const { client } = kit.kept
      return Promise.all([
        kit.call(client, '/api/items/1'),
        kit.call(client, '/api/items/2'),
        kit.outcome(client.fetch('/api/items/3')),
      ])
    })
    const twice = {
      sends: [
        [401, false],
        [200, true],
      ],
      route: 'protected',
    }
    assert.equal(seen[2], 200)
    for (const call of seen.slice(0, 2)) {
      if (call.sends.length === 2) assert.deepEqual(call, twice)
      else assert.deepEqual(call, { sends: [[200, false]], route: 'protected' })
    }
    assert.equal((await backend.counters()).refreshes, 1)
    await backend.set({ apiAlways401: true })
    const never = await inPage(() => kit.call(kit.kept.client, '/api/items/4'))
    assert.ok(never.sends.length <= 2)
    assert.equal(never.sends.at(-1)[0], 401)
  },
)

scenario(
  'R3 R5 R12 other transports: exempt, foreign and one-shot requests are delivered as they are',
  async ({ backend, inPage }) => {
    await inPage(transport)
    await inPage(async () => {
      kit.kept = await kit.signedIn({ exclude: '/api/items/*' })
    })
    await backend.expire()
    const seen = await inPage(async () => {
      const { client } = kit.kept
      const foreign = client.open('https://elsewhere.example/', { method: 'POST' })
      return {
        excluded: await kit.call(client, '/api/items/1'),
        optedOut: await kit.call(client, '/api/profile', { _retry: true }),
        login: client.open('/auth/login', { method: 'POST' }).route,
        foreign: [foreign.route, await client.admit(foreign)],
        own: await client.admit(client.open('/api/echo', { method: 'post' })),
      }
    })
    assert.deepEqual(seen.excluded, { sends: [[401, false]], route: 'exempt' })
    assert.deepEqual(seen.optedOut, { sends: [[401, true]], route: 'protected' })
    assert.equal(seen.login, 'exempt')
    assert.deepEqual(seen.foreign, ['foreign', { headers: {}, withCredentials: false }])
    assert.deepEqual(Object.keys(seen.own.headers), ['X-XSRF-TOKEN'])
    assert.equal((await backend.counters()).refreshes, 0)
    const once = await inPage(() => kit.call(kit.kept.client, '/api/profile', { replayable: false }))
    assert.deepEqual(once.sends, [[401, false]])
  },
)

scenario('F1 R7 other transports: what cannot be cured rejects, and so does a signal', async ({ backend, inPage }) => {
  await inPage(transport)
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  await backend.set({ holdRefresh: true, refreshAnswer: 'unavailable' })
  await inPage(() => {
    const { client } = kit.kept
    const controller = new AbortController()
    const ticket = client.open('/api/items/1')
    const call = client
      .admit(ticket)
      .then(() => client.judge(ticket, { status: 401, headers: new Headers() }, { signal: controller.signal }))
    Object.assign(kit.kept, { controller, calls: [kit.outcome(call), kit.outcome(kit.call(client, '/api/items/2'))] })
  })
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
  await inPage(() => kit.kept.controller.abort('mine'))
  await backend.release()
  const seen = await inPage(() => Promise.all(kit.kept.calls))
  assert.deepEqual(seen[0], { thrown: 'mine' })
  assert.equal(seen[1].code, 'refresh_unavailable')
  const used = await inPage(async () => {
    const { client } = kit.kept
    const ticket = client.open('/api/items/3')
    await client.admit(ticket)
    await client.judge(ticket, { status: 200 })
    return kit.outcome(client.judge(ticket, { status: 200 }))
  })
  assert.equal(used.code, 'invalid_options')
  assert.match(used.message, /ticket/)
})
