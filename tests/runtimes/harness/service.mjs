import assert from 'node:assert/strict'
import { startRecorder } from '../../e2e/harness/recorder.mjs'
import { CALLERS } from '../pages/journey.js'

/**
 * A server whose session has expired: `/v1/*` is answered 401 until `/auth/refresh` has been, which is not before all
 * callers have had their 401. Below `/down` it stays so, for the refresh there is answered 503. `/bearer/*` wants the
 * token that `/token` gives.
 */
export async function startService() {
  const recorder = await startRecorder()
  const tokens = { token_type: 'Bearer', access_token: 'new-token', refresh_token: 'another', expires_in: 3600 }
  let renewed = false
  let refused = 0
  let allRefused
  const storm = new Promise((resolve) => (allRefused = resolve))
  recorder.answer = async ({ path, headers }) => {
    if (path === '/token') return { status: 200, body: tokens }
    if (path.startsWith('/bearer/')) {
      return { status: headers.authorization === 'Bearer new-token' ? 200 : 401, body: {} }
    }
    if (path === '/down/refresh') return { status: 503, body: {} }
    if (path === '/auth/refresh') {
      await storm
      renewed = true
      return { status: 200, body: { expires_in: 3600 } }
    }
    if (!path.startsWith('/v1/')) return { status: path.startsWith('/down/') ? 401 : 200, body: {} }
    if (renewed) return { status: 200, body: {} }
    refused += 1
    if (refused === CALLERS) allRefused()
    return { status: 401, body: {} }
  }
  return recorder
}

/** What has to have come of the journey, by what it tells and by what the server saw. */
export function judge(told, requests) {
  const [first, ...later] = requests.map(({ method, path }) => `${method} ${path}`)
  assert.equal(first, 'GET /imported', 'the import itself asked for nothing')
  const { refused, uncured, ...rest } = told
  assert.deepEqual(rest, {
    names: ['AuthError', 'authedFetch', 'client', 'configure', 'createAuthClient', 'ready'],
    statuses: Array(CALLERS).fill(200),
    bearer: Array(CALLERS).fill(200),
    status: 'active',
    generation: 1,
    timer: true,
  })
  assert.deepEqual(refused.slice(0, 4), [true, true, 'AuthError', 'invalid_options'])
  assert.match(refused[4], /refreshUrl .* did you mean refreshURL/)
  assert.deepEqual(uncured.slice(0, 4), [true, true, 'AuthError', 'refresh_unavailable'])
  assert.equal(later.filter((line) => line === 'POST /auth/refresh').length, 1)
  const grants = requests.filter(({ path }) => path === '/token').map(({ body }) => body)
  assert.deepEqual(grants, ['grant_type=refresh_token&refresh_token=first-refresh-token'])
  for (let n = 0; n < CALLERS; n += 1) {
    const sent = requests.filter(({ path }) => path === `/v1/notes/${n}`)
    assert.deepEqual(
      sent.map(({ method, body }) => `${method} ${body}`),
      Array(2).fill(`POST note ${n}`),
      'once before the refresh and once after',
    )
  }
}
