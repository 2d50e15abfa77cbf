import assert from 'node:assert/strict'
import { startRecorder } from './harness/recorder.mjs'
import { scenario } from './harness/scenario.mjs'

/** A signed-in client over an expired token, and a refresh that is held once a call has asked for it. */
async function waitForRefresh({ backend, inPage }, calls) {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  await backend.set({ holdRefresh: true })
  await inPage(calls)
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
}

scenario(
  'R7 a caller who aborts while it waits rejects at once with its own reason; the others go on',
  async (stage) => {
    const { backend, inPage } = stage
    await waitForRefresh(stage, () => {
      const { client } = kit.kept
      const own = new AbortController()
      const usual = new AbortController()
      Object.assign(kit.kept, {
        own,
        usual,
        calls: [
          kit.outcome(client.fetch('/api/items/1', { signal: own.signal })),
          kit.outcome(client.fetch(new Request('/api/items/2', { signal: usual.signal }))),
          kit.outcome(client.fetch('/api/items/3')),
        ],
      })
    })
    await backend.until(({ apiUnauthorized }) => apiUnauthorized === 3)
    const aborted = await inPage(() => {
      const { own, usual, calls } = kit.kept
      own.abort('a reason of mine')
      usual.abort()
      return Promise.all(calls.slice(0, 2))
    })
    assert.deepEqual(aborted[0], { thrown: 'a reason of mine' })
    assert.equal(aborted[1].name, 'AbortError')
    assert.equal((await backend.counters()).refreshesOk, 0, 'the refresh is still under way')
    await backend.release()
    assert.equal(await inPage(() => kit.kept.calls[2]), 200)
    const { refreshes, byPath } = await backend.counters()
    assert.equal(refreshes, 1)
    assert.equal(byPath['GET /api/items/1'], 1)
    assert.equal(byPath['GET /api/items/2'], 1)
  },
)

scenario(
  'R7 a signal that is aborted already rejects with its own reason, and nothing is sent',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const signal = AbortSignal.abort('too late')
      const plain = await kit.outcome(client.fetch('/api/profile', { signal }))
      client.interceptors.request.use((config) => config)
      return [plain, await kit.outcome(client.fetch('/api/profile', { signal }))]
    })
    assert.deepEqual(seen, [{ thrown: 'too late' }, { thrown: 'too late' }])
    assert.equal((await backend.counters()).apiRequests, 0)
  },
)

scenario('R7 a signal aborts the replay as it aborts the first send', async ({ backend, inPage }) => {
  await inPage(async () => {
    kit.kept = await kit.signedIn()
  })
  await backend.expire()
  await backend.set({ holdApi: true })
  await inPage(() => {
    const controller = new AbortController()
    Object.assign(kit.kept, {
      controller,
      call: kit.outcome(kit.kept.client.fetch('/api/profile', { signal: controller.signal })),
    })
  })
  await backend.until(({ apiHeld }) => apiHeld === 1)
  await backend.release()
  await backend.until(({ apiHeld }) => apiHeld === 2)
  const seen = await inPage(async () => {
    const { controller, call } = kit.kept
    const native = kit.outcome(fetch('/api/profile', { signal: controller.signal }))
    controller.abort('enough')
    return { ours: await call, native: await native }
  })
  // WebKit forgets the reason once a request is under way.
  assert.deepEqual(seen.ours, seen.native)
  assert.ok(seen.ours.thrown === 'enough' || seen.ours.name === 'AbortError', JSON.stringify(seen.ours))
})

scenario('R8 those who wait settle when the user signs out, also in the same breath', async (stage) => {
  const { inPage } = stage
  await waitForRefresh(stage, () => {
    kit.kept.call = kit.outcome(kit.kept.client.fetch('/api/items/1'))
  })
  const seen = await inPage(async () => {
    const { client, call } = kit.kept
    kit.advance(3_600_000)
    const late = [kit.outcome(client.refresh()), kit.outcome(client.ensureFresh())]
    client.signOut()
    return { call: await call, late: await Promise.all(late), after: await kit.outcome(client.fetch('/api/items/2')) }
  })
  assert.equal(seen.call, 401)
  assert.deepEqual(
    seen.late.map(({ code }) => code),
    ['session_ended', 'session_ended'],
  )
  assert.equal(seen.after, 401)
})

scenario('R8 those who wait settle when the client is disposed of in the same breath', async ({ backend, inPage }) => {
  await backend.set({ holdRefresh: true })
  const seen = await inPage(async () => {
    const { createAuthClient } = await kit.load()
    const client = createAuthClient({ loginURL: '/auth/login' })
    await kit.signIn(client.fetch)
    kit.advance(3_600_000)
    const waiting = [client.refresh(), client.ensureFresh(), client.fetch('/api/profile')].map(kit.outcome)
    client.dispose()
    return (await Promise.all(waiting)).map(({ code }) => code)
  })
  assert.deepEqual(seen, ['disposed', 'disposed', 'disposed'])
})

scenario('R6 a network error is delivered as it is and nothing is sent again', async ({ backend, inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.signedIn()
    let sends = 0
    globalThis.fetch = () => {
      sends += 1
      return Promise.reject(new TypeError('the wire was cut'))
    }
    const outcome = await kit.outcome(client.fetch('/api/notes', { method: 'POST', body: '{"text":"once"}' }))
    return { outcome, sends }
  })
  assert.deepEqual(seen, { outcome: { name: 'TypeError', message: 'the wire was cut' }, sends: 1 })
  assert.equal((await backend.counters()).refreshes, 0)
})

const challenges = [
  ['', 200],
  ['Bearer', 200],
  ['Bearer realm="x, y", error="invalid_token"', 200],
  ['Newauth realm="apps", bearer error=invalid_token', 200],
  ['Bearer error="insufficient_scope", scope="notes:write"', 401],
  ['Bearer error="invalid_request"', 401],
  ['Bearer error="insufficient_user_authentication", acr_values="urn:mfa", max_age="60"', 401],
  // Not Basic: a browser asks for its password in a window of its own before any script hears of the answer.
  ['Custom realm="Bearer error=invalid_token"', 401],
]
for (const [challenge, expected] of challenges) {
  const word = expected === 200 ? 'refreshes' : 'is delivered'
  scenario(`R4 WWW-Authenticate: ${challenge || '(none)'} ${word}`, async ({ backend, inPage }) => {
    await inPage(async () => {
      const { client } = await kit.signedIn()
      kit.kept = { client, heard: kit.listen(client) }
    })
    await backend.expire()
    await backend.set({ challenge })
    const seen = await inPage(async () => {
      const { client, heard } = kit.kept
      return {
        outcome: await kit.outcome(client.fetch('/api/profile')),
        stepups: heard.filter(([name]) => name === 'stepup'),
      }
    })
    assert.equal(seen.outcome, expected)
    assert.equal((await backend.counters()).refreshes, expected === 200 ? 1 : 0)
    const asked = challenge.includes('user_authentication') ? [['stepup', { acrValues: 'urn:mfa', maxAge: 60 }]] : []
    assert.deepEqual(seen.stepups, asked)
  })
}

scenario('unauthorized: other statuses, or a function of the response', async ({ backend, inPage }) => {
  await inPage(async () => {
    const { createAuthClient } = await kit.signedIn()
    kit.kept = { createAuthClient }
  })
  const seen = await inPage(async () => {
    const { createAuthClient } = kit.kept
    const statuses = createAuthClient({ crossTab: false, unauthorized: [404], csrf: false })
    const told = createAuthClient({
      crossTab: false,
      unauthorized: (response) => response.url.includes('?ask') && response.ok,
    })
    return {
      list: [await kit.outcome(statuses.fetch('/api/nowhere')), statuses.session.generation],
      no: [await kit.outcome(told.fetch('/api/profile')), told.session.generation],
    }
  })
  assert.deepEqual(seen.no, [200, 0])
  assert.equal(seen.list[0].code, 'refresh_misconfigured', 'without the CSRF header the refresh is answered 403')
  const asked = await inPage(async () => {
    const told = kit.kept.createAuthClient({
      crossTab: false,
      unauthorized: (response) => response.url.includes('?ask') && response.ok,
    })
    return [await kit.outcome(told.fetch('/api/profile?ask')), told.session.generation]
  })
  assert.deepEqual(asked, [200, 1])
  assert.equal((await backend.counters()).byPath['GET /api/profile'], 3)
})

scenario(
  'K2 the CSRF header goes with what changes something, and the server refuses without it',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client, createAuthClient } = await kit.signedIn()
      const post = (fetch, headers) => fetch('/api/echo', { method: 'POST', body: 'x', headers })
      const sent = async (call) => (await (await call).json()).headers['x-xsrf-token']
      const token = document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1]
      return {
        with: (await sent(post(client.fetch))) === token,
        read: await sent(client.fetch('/api/echo')),
        own: await kit.outcome(post(client.fetch, { 'X-XSRF-TOKEN': 'mine' })),
        without: await kit.outcome(post(fetch)),
        off: await kit.outcome(post(createAuthClient({ csrf: false }).fetch)),
        named: await kit.outcome(post(createAuthClient({ csrf: { header: 'X-Other' } }).fetch)),
        fixed: (
          await (
            await createAuthClient({ csrf: { header: 'X-Requested-With', value: 'app' } }).fetch('/api/echo', {
              method: 'POST',
              headers: { 'X-XSRF-TOKEN': token },
            })
          ).json()
        ).headers['x-requested-with'],
      }
    })
    assert.deepEqual(seen, { with: true, own: 403, without: 403, off: 403, named: 403, fixed: 'app' })
    assert.equal((await backend.counters()).csrfRefused, 4)
  },
)

scenario(
  'R12 K2 another origin is handed to the platform untouched: no header, no cookie, no refresh',
  async ({ backend, inPage, t }) => {
    const other = await startRecorder()
    t.after(other.stop)
    other.answer = () => ({ status: 401, body: {}, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
    const seen = await inPage(async (origin) => {
      const { client } = await kit.signedIn()
      const passed = []
      globalThis.fetch = (...args) => {
        passed.push(args)
        return kit.platformFetch(...args)
      }
      let copies = 0
      for (const copied of [Request, Response]) {
        const { clone } = copied.prototype
        copied.prototype.clone = function () {
          copies += 1
          return clone.call(this)
        }
      }
      const init = { method: 'POST', body: 'x' }
      const request = new Request(`${origin}/request`, { method: 'POST', body: 'x' })
      const statuses = [
        await kit.outcome(client.fetch(`${origin}/get`)),
        await kit.outcome(client.fetch(`${origin}/post`, init)),
        await kit.outcome(client.fetch(request)),
      ]
      const same = [passed[1][1] === init, passed[2][0] === request]
      return { statuses, same, copies, lengths: passed.map(({ length }) => length) }
    }, other.origin)
    assert.deepEqual(seen, { statuses: [401, 401, 401], same: [true, true], copies: 0, lengths: [1, 2, 1] })
    assert.deepEqual(
      other.requests.map(({ path }) => path),
      ['/get', '/post', '/request'],
    )
    for (const { headers } of other.requests) {
      assert.equal(headers.cookie, undefined)
      assert.equal(headers['x-xsrf-token'], undefined)
    }
    assert.equal((await backend.counters()).refreshes, 0)
  },
  { switches: { csp: 'off' } },
)

scenario(
  'K2 an origin on the list gets cookies and the CSRF header, and a 401 from it is cured',
  async ({ backend, inPage, t }) => {
    const api = await startRecorder()
    t.after(api.stop)
    api.answer = () => (api.requests.length === 1 ? { status: 401, body: {} } : { status: 200, body: {} })
    const seen = await inPage(async (origin) => {
      const { client } = await kit.signedIn({ origins: [origin] })
      return kit.outcome(client.fetch(`${origin}/notes`, { method: 'POST', body: '{}' }))
    }, api.origin)
    assert.equal(seen, 200)
    assert.equal(api.requests.length, 2)
    for (const { headers, body } of api.requests) {
      assert.match(headers.cookie, /access_token=/)
      assert.ok(headers.cookie.includes(`XSRF-TOKEN=${headers['x-xsrf-token']}`))
      assert.equal(body, '{}')
    }
    assert.equal((await backend.counters()).refreshes, 1)
  },
  { switches: { csp: 'off' } },
)

scenario(
  'K2 what the caller says of credentials and of the CSRF header stands',
  async ({ inPage, t }) => {
    const api = await startRecorder()
    t.after(api.stop)
    await inPage(async (origin) => {
      const { client } = await kit.signedIn({ origins: [origin] })
      await client.fetch(`${origin}/omit`, { credentials: 'omit' })
      await client.fetch(new Request(`${origin}/request`, { credentials: 'omit' }))
      await client.fetch(`${origin}/own`, { method: 'POST', headers: [['x-xsrf-token', 'own']] })
    }, api.origin)
    const [omit, request, own] = api.requests.map(({ headers }) => headers)
    assert.equal(omit.cookie, undefined)
    assert.equal(request.cookie, undefined)
    assert.match(own.cookie, /access_token/)
    assert.equal(own['x-xsrf-token'], 'own')
  },
  { switches: { csp: 'off' } },
)

scenario('baseURL is put before relative URLs, and the replay goes there too', async ({ backend, page, inPage }) => {
  await inPage(async (origin) => {
    await kit.signedIn()
    const { createAuthClient } = await kit.load()
    // By itself: what the other tells of its sign-in may come between a request and its 401.
    const options = { baseURL: `${origin}/api/`, refreshURL: `${origin}/auth/refresh`, crossTab: false }
    kit.kept = { client: createAuthClient(options) }
  }, page.origin)
  await backend.expire()
  const seen = await inPage(async () => {
    const { fetch } = kit.kept.client
    const request = new Request('/api/items/2')
    return [
      await kit.outcome(fetch('profile?a=1')),
      await kit.outcome(fetch('/items/1')),
      await kit.outcome(fetch(request)),
    ]
  })
  assert.deepEqual(seen, [200, 200, 200])
  const { byPath } = await backend.counters()
  assert.equal(byPath['GET /api/profile'], 2)
  assert.equal(byPath['GET /api/items/1'], 1)
  assert.equal(byPath['GET /api/items/2'], 1)
})
