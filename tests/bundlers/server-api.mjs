import assert from 'node:assert/strict'
import { startRecorder } from '../e2e/harness/recorder.mjs'

/** Holds that `serverStorm` of the shared application, called by `run(origin)`, is cured by one refresh of an API. */
export async function curesOnServer(run) {
  const api = await startRecorder()
  try {
    const refreshes = () => api.requests.filter(({ path }) => path === '/auth/refresh').length
    api.answer = () => (refreshes() > 0 ? { status: 200, body: { expires_in: 3600 } } : { status: 401, body: {} })
    assert.deepEqual(await run(api.origin), { statuses: Array(20).fill(200), generation: 1 })
    assert.equal(refreshes(), 1)
  } finally {
    await api.stop()
  }
}
