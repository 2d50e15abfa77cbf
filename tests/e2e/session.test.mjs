import assert from 'node:assert/strict'
import { startRecorder } from './harness/recorder.mjs'
import { scenario } from './harness/scenario.mjs'

const near = (actual, expected) =>
  assert.ok(Math.abs(actual - expected) < 5_000, `${actual} ms is not about ${expected} ms`)

scenario(
  'a sign-in at loginURL starts the session by itself, with the expiry from its JSON',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { configure, authedFetch } = await kit.load()
      const client = configure({ loginURL: '/auth/login' })
      const heard = kit.listen(client)
      const before = client.session.getSnapshot()
      const answer = await kit.signIn(authedFetch)
      const body = await answer.json()
      const lifetime = client.session.expiresAt - Date.now()
      return { before, heard, body, status: answer.status, lifetime, after: client.session.getSnapshot() }
    })
    assert.deepEqual(seen.before, { status: 'unknown', expiresAt: null, generation: 0 })
    assert.equal(seen.status, 200)
    assert.deepEqual(seen.body, { user: { name: 'demo' }, expires_in: 60 })
    assert.equal(seen.after.status, 'active')
    assert.equal(seen.after.generation, 1)
    near(seen.lifetime, 60_000)
    assert.deepEqual(seen.heard, [['sessionstart', { generation: 1 }]])
    const counted = await backend.counters()
    assert.equal(counted.logins, 1)
    assert.equal(counted.refreshes, 0)
  },
)

scenario('a sign-in by a form, too, and signIn() for one made by other means', async ({ backend, inPage }) => {
  const seen = await inPage(async () => {
    const { createAuthClient, client } = await kit.load()
    const forms = createAuthClient({ loginURL: '/auth/login' })
    const body = new URLSearchParams({ username: 'demo', password: 'demo' })
    await forms.fetch(new Request('/auth/login', { method: 'POST', body }))
    client.signIn({ expires_in: 120 })
    return {
      form: forms.session.getSnapshot(),
      other: client.session.getSnapshot(),
      lifetime: client.session.expiresAt - Date.now(),
    }
  })
  assert.equal(seen.form.status, 'active')
  assert.notEqual(seen.form.expiresAt, null)
  assert.equal(seen.other.status, 'active')
  near(seen.lifetime, 120_000)
  assert.equal((await backend.counters()).logins, 1)
})

scenario(
  'T1 the timer refreshes ahead of expiry, and the API never sees a dead token',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const heard = kit.listen(client)
      await kit.until(client.session, ({ generation }) => generation >= 2)
      return { heard, status: await kit.outcome(client.fetch('/api/profile')) }
    })
    assert.deepEqual(seen.heard[0], ['refresh', { phase: 'start', trigger: 'expiry' }])
    assert.equal(seen.heard[1][1].phase, 'success')
    assert.equal(seen.heard[1][1].trigger, 'expiry')
    assert.equal(seen.status, 200)
    assert.equal((await backend.counters()).apiUnauthorized, 0)
  },
  { switches: { accessTokenSeconds: 2 } },
)

scenario(
  'T3 a hidden page refreshes nothing; however many wake-ups come together make one refresh',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      kit.turn('hidden')
      kit.advance(3_600_000)
      client.wake()
      const hidden = client.session.status
      const heard = kit.listen(client)
      kit.turn('visible')
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
      dispatchEvent(new Event('online'))
      client.wake()
      await kit.until(client.session, ({ generation }) => generation === 2)
      return { hidden, heard }
    })
    assert.equal(seen.hidden, 'active')
    assert.deepEqual(
      seen.heard.map(([, { phase, trigger }]) => [phase, trigger]),
      [
        ['start', 'wake'],
        ['success', 'wake'],
      ],
    )
    assert.equal((await backend.counters()).refreshes, 1)
  },
)

scenario('T2 a sleep that the monotonic clock missed is noticed on wake', async ({ backend, inPage }) => {
  await inPage(async () => {
    const { client } = await kit.signedIn()
    kit.advance(3_600_000, { asleep: true })
    dispatchEvent(new Event('online'))
    await kit.until(client.session, ({ generation }) => generation === 2)
  })
  assert.equal((await backend.counters()).refreshes, 1)
})

scenario(
  'ensureFresh refreshes only what would not last, and tells when nobody is signed in',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const first = await client.ensureFresh(10)
      const second = await client.ensureFresh(61)
      await client.signOut()
      return {
        first,
        second,
        third: await kit.outcome(client.ensureFresh()),
        bad: await kit.outcome(client.ensureFresh('soon')),
      }
    })
    assert.equal(seen.first.generation, 1)
    assert.equal(seen.second.generation, 2)
    assert.equal(seen.third.code, 'session_ended')
    assert.equal(seen.bad.code, 'invalid_options')
    assert.match(seen.bad.message, /minValiditySeconds/)
    assert.equal((await backend.counters()).refreshes, 1)
  },
)

scenario('sessionURL tells on load who is signed in and until when', async ({ backend, page, inPage }) => {
  await inPage(async () => {
    await kit.signedIn()
  })
  await page.open('/tests/blank.html')
  await backend.forget()
  const seen = await inPage(async () => {
    const { configure } = await kit.load()
    const client = configure({ sessionURL: '/auth/session' })
    const heard = kit.listen(client)
    await kit.until(client.session, ({ status }) => status === 'active')
    return { heard, lifetime: client.session.expiresAt - Date.now() }
  })
  near(seen.lifetime, 60_000)
  assert.deepEqual(seen.heard, [['sessionstart', { generation: 0 }]])
  const counted = await backend.counters()
  assert.equal(counted.sessionChecks, 1)
  assert.equal(counted.refreshes, 0)
})

scenario(
  'sessionURL answered 401 while the refresh token is good: one refresh brings the session back',
  async ({ backend, page, inPage }) => {
    await inPage(async () => {
      await kit.signedIn()
    })
    await backend.expire()
    await page.open('/tests/blank.html')
    await backend.forget()
    await inPage(async () => {
      const { configure } = await kit.load()
      const client = configure({ sessionURL: '/auth/session' })
      await kit.until(client.session, ({ status }) => status === 'active')
    })
    const counted = await backend.counters()
    assert.equal(counted.sessionChecks, 1)
    assert.equal(counted.refreshesOk, 1)
  },
)

scenario('sessionURL with nobody signed in: signed out, without an end of any session', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { configure } = await kit.load()
    const client = configure({ sessionURL: '/auth/session' })
    const heard = kit.listen(client)
    await kit.until(client.session, ({ status }) => status === 'signed_out')
    return heard.map(([name]) => name)
  })
  assert.deepEqual(seen, ['refresh', 'refresh'])
})

scenario('F2 a rejection ends the session once, and everybody gets their 401', async ({ backend, inPage }) => {
  await inPage(async () => {
    const ended = []
    const { client } = await kit.signedIn({ onSessionEnded: (event) => ended.push(event) })
    kit.kept = { client, ended, heard: kit.listen(client) }
  })
  await backend.end()
  const seen = await inPage(async () => {
    const { client, ended, heard } = kit.kept
    const calls = Array.from({ length: 20 }, (_, n) => client.fetch(`/api/items/${n}`))
    const statuses = await Promise.all(calls.map(kit.outcome))
    const later = await client.fetch('/api/profile')
    const unread = await later.json()
    const refused = await kit.outcome(client.refresh())
    return { statuses, later: later.status, unread, refused, ended, heard, status: client.session.status }
  })
  assert.deepEqual(new Set(seen.statuses), new Set([401]))
  assert.equal(seen.later, 401)
  assert.deepEqual(seen.unread, { error: 'invalid_token' })
  assert.equal(seen.refused.code, 'session_ended')
  assert.deepEqual(seen.ended, [{ reason: 'rejected' }])
  assert.deepEqual(
    seen.heard.filter(([name]) => name === 'sessionend'),
    [['sessionend', { reason: 'rejected' }]],
  )
  assert.equal(seen.status, 'ended')
  assert.equal((await backend.counters()).refreshes, 1)

  const again = await inPage(async () => {
    const { client, heard } = kit.kept
    heard.length = 0
    await kit.signIn(client.fetch)
    return { heard, status: client.session.status, api: await kit.outcome(client.fetch('/api/profile')) }
  })
  assert.deepEqual(again.heard, [['sessionstart', { generation: 2 }]])
  assert.equal(again.status, 'active')
  assert.equal(again.api, 200)
})

scenario('F2 redirectTo takes the page away, once', async ({ backend, page, inPage }) => {
  await inPage(async () => {
    const { client } = await kit.signedIn({ redirectTo: '/tests/blank.html?ended' })
    kit.kept = { client }
  })
  await backend.end()
  await backend.forget()
  await inPage(() => {
    for (let n = 0; n < 5; n++) kit.kept.client.fetch(`/api/items/${n}`).catch(() => {})
  })
  await page.driver.wait(async () => (await page.driver.getCurrentUrl()).endsWith('?ended'), 10_000)
  const { byPath } = await backend.until(({ byPath }) => byPath['GET /tests/blank.html'] > 0)
  assert.equal(byPath['GET /tests/blank.html'], 1)
})

scenario(
  'F7 signing out ends the session here and on the server, and nothing refreshes afterwards',
  async ({ backend, page, inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.signedIn()
      const heard = kit.listen(client)
      await client.signOut()
      return { heard, session: client.session.getSnapshot(), api: await kit.outcome(client.fetch('/api/profile')) }
    })
    assert.deepEqual(seen.heard, [['sessionend', { reason: 'signed_out' }]])
    assert.equal(seen.session.status, 'signed_out')
    assert.equal(seen.session.expiresAt, null)
    assert.equal(seen.api, 401)
    const counted = await backend.counters()
    assert.equal(counted.logouts, 1)
    assert.equal(counted.refreshes, 0)
    assert.equal('access_token' in (await page.cookies()), false)
  },
)

scenario(
  'F7 signing out never fails, though the server cannot be reached',
  async ({ inPage }) => {
    const gone = await startRecorder()
    await gone.stop()
    const seen = await inPage(async (origin) => {
      const { client } = await kit.signedIn({ origins: [origin], logoutURL: `${origin}/auth/logout` })
      await client.signOut()
      return client.session.status
    }, gone.origin)
    assert.equal(seen, 'signed_out')
  },
  { switches: { csp: 'off' } },
)

scenario(
  'F5 F7 a refresh that ends after the sign-out changes nothing, and the sign-out comes last',
  async ({ backend, page, inPage }) => {
    await backend.set({ holdRefresh: true })
    await inPage(async () => {
      const { client } = await kit.signedIn()
      kit.kept = { client, refresh: kit.outcome(client.refresh()), heard: kit.listen(client) }
    })
    await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
    const at_once = await inPage(async () => {
      const { client, refresh } = kit.kept
      kit.kept.signedOut = client.signOut()
      return { status: client.session.status, refresh: await refresh }
    })
    assert.equal(at_once.status, 'signed_out')
    assert.equal(at_once.refresh.code, 'session_ended')
    await backend.release()
    const seen = await inPage(async () => {
      const { client, signedOut, heard } = kit.kept
      await signedOut
      return { heard, session: client.session.getSnapshot() }
    })
    assert.deepEqual(seen.session, { status: 'signed_out', expiresAt: null, generation: 1 })
    assert.deepEqual(seen.heard.at(-1), ['sessionend', { reason: 'signed_out' }])
    const log = (await backend.log()).filter((line) => /refresh|logout/.test(line))
    assert.deepEqual(log, ['POST /auth/refresh 200', 'POST /auth/logout 204'])
    assert.equal('access_token' in (await page.cookies()), false)
  },
)

scenario('F5 a refresh that ends after a later sign-in changes nothing', async ({ backend, inPage }) => {
  await backend.set({ holdRefresh: true })
  await inPage(async () => {
    const { client } = await kit.signedIn()
    kit.kept = { client, refresh: kit.outcome(client.refresh()) }
  })
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
  const seen = await inPage(async () => {
    const { client, refresh } = kit.kept
    await kit.signIn(client.fetch)
    return { refresh: await refresh, session: client.session.getSnapshot() }
  })
  assert.equal(seen.refresh, 'active', 'whoever waited for the refresh gets the session that began')
  assert.equal(seen.session.status, 'active')
  assert.equal(seen.session.generation, 2)
  await backend.set({ holdRefresh: false })
  const later = await inPage(async () => {
    const { client } = kit.kept
    return { api: await kit.outcome(client.fetch('/api/profile')), session: client.session.getSnapshot() }
  })
  assert.equal(later.api, 200)
  assert.equal(later.session.generation, 2)
})

scenario('a client that is disposed of lets nobody wait', async ({ backend, inPage }) => {
  await backend.set({ holdRefresh: true })
  await inPage(async () => {
    const { createAuthClient } = await kit.load()
    const client = createAuthClient({ loginURL: '/auth/login' })
    await kit.signIn(client.fetch)
    kit.kept = { client, refresh: kit.outcome(client.refresh()) }
  })
  await backend.until(({ refreshesHeld }) => refreshesHeld === 1)
  const seen = await inPage(async () => {
    const { client, refresh } = kit.kept
    client.dispose()
    return { waited: await refresh, later: await kit.outcome(client.fetch('/api/profile')) }
  })
  assert.equal(seen.waited.code, 'disposed')
  assert.equal(seen.later.code, 'disposed')
})

scenario('every change is told, and the snapshot is the same object until then', async ({ inPage }) => {
  const seen = await inPage(async () => {
    const { client } = await kit.load()
    const { subscribe, getSnapshot } = client.session
    const statuses = []
    const undo = subscribe(() => statuses.push(getSnapshot().status))
    const same = getSnapshot() === getSnapshot()
    client.signIn({ expires_in: 60 })
    const signedIn = getSnapshot()
    const still = getSnapshot() === signedIn
    const frozen = Object.isFrozen(signedIn)
    await client.signOut()
    undo()
    client.signIn()
    return { same, still, frozen, statuses }
  })
  assert.deepEqual(seen, { same: true, still: true, frozen: true, statuses: ['active', 'signed_out'] })
})

scenario(
  'a listener that throws harms nobody, and its error is reported as uncaught',
  async ({ inPage }) => {
    const seen = await inPage(async () => {
      const { client } = await kit.load()
      const heard = []
      client.on('sessionstart', () => {
        throw new Error('a listener’s own')
      })
      client.on('sessionstart', (event) => heard.push(event))
      client.session.subscribe(() => {
        throw new Error('a subscriber’s own')
      })
      client.signIn({ expires_in: 60 })
      // Of a script that a driver sent, a page hears that it threw, and not what.
      return { heard, uncaught: kit.complaints.length, status: client.session.status }
    })
    assert.deepEqual(seen, { heard: [{ generation: 1 }], uncaught: 2, status: 'active' })
  },
  { complaints: true },
)

scenario('configure after the first call sets up the same client', async ({ backend, inPage }) => {
  const seen = await inPage(async () => {
    const { authedFetch, client, configure } = await kit.load()
    const heard = kit.listen(client)
    const first = await kit.outcome(authedFetch('/auth/session', { _retry: true }))
    const same = configure({ loginURL: new URL('/auth/login', location), proactive: false }) === client
    await kit.signIn(authedFetch)
    return { first, same, heard, profile: await kit.outcome(authedFetch('/api/profile')) }
  })
  assert.deepEqual(seen, { first: 401, same: true, heard: [['sessionstart', { generation: 1 }]], profile: 200 })
  assert.equal((await backend.counters()).refreshes, 0)
})

scenario(
  'proactive: false refreshes only what a request needs, always also while hidden',
  async ({ backend, inPage }) => {
    const seen = await inPage(async () => {
      const { client, createAuthClient } = await kit.signedIn({ proactive: false, crossTab: false })
      const always = createAuthClient({ proactive: 'always', crossTab: false })
      always.signIn({ expires_in: 60 })
      kit.turn('hidden')
      kit.advance(3_600_000)
      client.wake()
      const idle = client.session.status
      always.wake()
      await kit.until(always.session, ({ generation }) => generation === 2)
      return { idle, profile: await kit.outcome(client.fetch('/api/profile')), generation: client.session.generation }
    })
    assert.deepEqual(seen, { idle: 'active', profile: 200, generation: 2 })
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 2)
    assert.equal(counted.apiUnauthorized, 0)
  },
)
