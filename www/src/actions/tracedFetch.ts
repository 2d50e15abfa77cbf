import { authedFetch } from 'oauth-refresh-wasm'
import { mode } from '../session/mode'
import { recorder } from '../timeline/recorder'
import { numbered } from '../timeline/tap'

/** A session in cookies, from the other mode, is not to help out: what is shown is what the token does. */
const credentials: RequestInit = mode === 'bearer' ? { credentials: 'omit' } : {}

/** `authedFetch`, with its call written down for the timeline. `path` has no query. */
export async function tracedFetch(path: string, init: RequestInit = {}): Promise<Response> {
  const call = recorder.open(init.method ?? 'GET', path)
  try {
    const response = await authedFetch(numbered(path, call), { ...init, ...credentials })
    recorder.answered(call, response.status)
    return response
  } catch (error) {
    recorder.failed(call, error, init.signal?.aborted ?? false)
    throw error
  }
}
