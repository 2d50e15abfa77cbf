import assert from 'node:assert/strict'
import { scenario } from './harness/scenario.mjs'

/** One call over an expired token while the refresh is answered so. */
async function tryOne({ backend, inPage }, switches, options = {}) {
  await inPage(async (options) => {
    const { client } = await kit.signedIn(options)
    kit.kept = { client, heard: kit.listen(client) }
  }, options)
  await backend.expire()
  await backend.set(switches)
  return inPage(async () => {
    const { client, heard } = kit.kept
    const outcome = await kit.outcome(client.fetch('/api/profile'))
    const { status, expiresAt, generation } = client.session
    return { outcome, heard, status, generation, lifetime: expiresAt === null ? null : expiresAt - Date.now() }
  })
}

const failure = ({ heard }) => heard.find(([name, { phase }]) => name === 'refresh' && phase === 'failure')[1].error
const names = ({ heard }) => heard.map(([name, { phase }]) => (phase ? `${name} ${phase}` : name))

for (const answer of ['ok', 'expires_at', 'exp', 'access_token_expires_in', 'string_expiry']) {
  scenario(`T4 refresh answered ${answer}: renewed, and the expiry is known`, async (stage) => {
    const seen = await tryOne(stage, { refreshAnswer: answer })
    assert.equal(seen.outcome, 200)
    assert.equal(seen.status, 'active')
    assert.equal(seen.generation, 2)
    assert.ok(seen.lifetime > 50_000 && seen.lifetime < 62_000, `${seen.lifetime} ms`)
    assert.deepEqual(names(seen), ['refresh start', 'refresh success', 'retry'])
    assert.equal((await stage.backend.counters()).refreshesOk, 1)
  })
}

for (const answer of ['no_content', 'empty', 'no_expiry']) {
  scenario(`T4 refresh answered ${answer}: renewed, without a timer`, async (stage) => {
    const seen = await tryOne(stage, { refreshAnswer: answer })
    assert.equal(seen.outcome, 200)
    assert.equal(seen.status, 'active')
    assert.equal(seen.lifetime, null)
    assert.deepEqual(names(seen), ['refresh start', 'refresh success', 'retry'])
  })
}

scenario('T4 refresh answered bad_expiry: renewed, without a timer, and one warning', async (stage) => {
  const seen = await tryOne(stage, { refreshAnswer: 'bad_expiry' })
  assert.equal(seen.outcome, 200)
  assert.equal(seen.lifetime, null)
  const [warning, ...more] = seen.heard.filter(([name]) => name === 'warning')
  assert.deepEqual(more, [])
  assert.equal(warning[1].code, 'expiry_ignored')
  assert.match(warning[1].message, /expires_in/)
})

for (const answer of ['invalid_grant', 'unauthorized', 'redirect']) {
  scenario(`F2 refresh answered ${answer}: rejected, and the caller gets the 401`, async (stage) => {
    const seen = await tryOne(stage, { refreshAnswer: answer })
    assert.equal(seen.outcome, 401)
    assert.equal(seen.status, 'ended')
    assert.deepEqual(names(seen), ['refresh start', 'refresh failure', 'sessionend'])
    assert.equal(failure(seen).code, 'session_ended')
    const { refreshes, byPath } = await stage.backend.counters()
    assert.equal(refreshes, 1)
    assert.equal(byPath['GET /api/profile'], 1)
    assert.equal(byPath['GET /'], undefined, 'the redirect is not followed')
  })
}

const misconfigured = [
  ['html', /HTML/],
  ['invalid_client', /401 \(invalid_client\)/],
  ['bad_request', /400 \(invalid_request\)/],
  ['forbidden', /403.*csrf/],
  ['not_found', /404.*refreshURL/],
  ['method_not_allowed', /405.*POST/],
  ['unsupported_media_type', /415/],
]
for (const [answer, message] of misconfigured) {
  scenario(
    `F1 refresh answered ${answer}: misconfigured, which names the cause, keeps the session and does not loop`,
    async (stage) => {
      const seen = await tryOne(stage, { refreshAnswer: answer })
      assert.equal(seen.outcome.name, 'AuthError')
      assert.equal(seen.outcome.code, 'refresh_misconfigured')
      assert.match(seen.outcome.message, message)
      assert.match(seen.outcome.message, /\/auth\/refresh/)
      assert.equal(seen.outcome.status, 401)
      assert.equal(seen.outcome.bodyUsed, false)
      assert.equal(seen.status, 'active')
      assert.deepEqual(names(seen), ['refresh start', 'refresh failure'])
      const again = await stage.inPage(() => kit.outcome(kit.kept.client.fetch('/api/items/1')))
      assert.equal(again.code, 'refresh_misconfigured')
      assert.equal((await stage.backend.counters()).refreshes, 1)
    },
  )
}

const transient = [
  ...['request_timeout', 'conflict', 'too_early', 'too_many_requests', 'server_error', 'unavailable'],
  ...['garble', 'drop', 'hang', 'hang_body'],
]
for (const answer of transient) {
  scenario(
    `F1 refresh answered ${answer}: transient, the session is kept and the 401 is in the error`,
    async (stage) => {
      const seen = await tryOne(
        stage,
        { refreshAnswer: answer },
        answer.startsWith('hang') ? { refreshTimeout: 1 } : {},
      )
      assert.equal(seen.outcome.name, 'AuthError')
      assert.equal(seen.outcome.code, 'refresh_unavailable')
      assert.ok(seen.outcome.retryAfter >= 1, `${seen.outcome.retryAfter}`)
      assert.equal(seen.outcome.status, 401)
      assert.equal(seen.outcome.bodyUsed, false)
      assert.equal(seen.status, 'active')
      assert.deepEqual(names(seen), ['refresh start', 'refresh failure'])
      assert.equal(failure(seen).code, 'refresh_unavailable')
      const unreachable = answer === 'garble' || answer === 'drop'
      assert.equal(seen.outcome.cause, unreachable ? 'TypeError' : undefined)
      assert.equal(failure(seen).cause, seen.outcome.cause)
    },
  )
}

for (const [given, least, most] of [
  ['7', 6, 7],
  ['86400', 299, 300],
]) {
  scenario(`F3 Retry-After: ${given} is honored, and until then a 401 fails fast`, async (stage) => {
    const seen = await tryOne(stage, { refreshAnswer: 'too_many_requests', retryAfter: given })
    const { retryAfter } = failure(seen)
    assert.ok(retryAfter >= least && retryAfter <= most, `${retryAfter} s`)
    const again = await stage.inPage(() => kit.outcome(kit.kept.client.fetch('/api/items/1')))
    assert.equal(again.code, 'refresh_unavailable')
    assert.equal(again.status, 401)
    assert.equal((await stage.backend.counters()).refreshes, 1)
  })
}

scenario('F3 a Retry-After date is honored', async (stage) => {
  const retryAfter = new Date(Date.now() + 120_000).toUTCString()
  const seen = await tryOne(stage, { refreshAnswer: 'unavailable', retryAfter })
  assert.ok(failure(seen).retryAfter > 100 && failure(seen).retryAfter <= 121, `${failure(seen).retryAfter} s`)
})

scenario('F3 coming online tries again at once, once', async (stage) => {
  await tryOne(stage, { refreshAnswer: 'unavailable', retryAfter: '100', refreshTimes: 2 })
  const seen = await stage.inPage(async () => {
    const { client, heard } = kit.kept
    const settled = (phase) => heard.filter(([name, event]) => name === 'refresh' && event.phase === phase).length
    dispatchEvent(new Event('online'))
    await kit.until(client.session, ({ status }) => status === 'active')
    dispatchEvent(new Event('online'))
    return { starts: settled('start'), failures: settled('failure'), status: client.session.status }
  })
  assert.deepEqual(seen, { starts: 2, failures: 2, status: 'active' })
  assert.equal((await stage.backend.counters()).refreshes, 2)
})

scenario('F1 a blink of the network: the next try succeeds and nobody was signed out', async (stage) => {
  await tryOne(stage, { refreshAnswer: 'garble', refreshTimes: 1 })
  const seen = await stage.inPage(async () => {
    const { client, heard } = kit.kept
    dispatchEvent(new Event('online'))
    await kit.until(client.session, ({ generation }) => generation === 2)
    return {
      api: await kit.outcome(client.fetch('/api/profile')),
      ends: heard.filter(([name]) => name === 'sessionend'),
    }
  })
  assert.deepEqual(seen, { api: 200, ends: [] })
})

scenario('a redirect of the refresh with sessionURL asks there: nobody signed in is a rejection', async (stage) => {
  const { backend, inPage } = stage
  await inPage(async () => {
    await kit.signedIn()
  })
  await stage.page.open('/tests/blank.html')
  await inPage(async () => {
    const { configure } = await kit.load()
    const client = configure({ sessionURL: '/auth/session' })
    await kit.until(client.session, ({ status }) => status === 'active')
    kit.kept = { client, heard: kit.listen(client) }
  })
  await backend.set({ refreshAnswer: 'redirect' })
  const alive = await inPage(async () => {
    const { client } = kit.kept
    return { session: await client.refresh(), lifetime: client.session.expiresAt - Date.now() }
  })
  assert.equal(alive.session.generation, 1, 'somebody is signed in, so it counts as renewed')
  assert.ok(alive.lifetime > 50_000)
  await backend.expire()
  const dead = await inPage(async () => ({
    refused: await kit.outcome(kit.kept.client.refresh()),
    heard: kit.kept.heard,
  }))
  assert.equal(dead.refused.code, 'session_ended')
  assert.deepEqual(dead.heard.at(-1), ['sessionend', { reason: 'rejected' }])
  const { sessionChecks, byPath } = await backend.counters()
  assert.equal(sessionChecks, 3)
  assert.equal(byPath['GET /'], undefined)
})
