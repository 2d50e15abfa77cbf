import { authedFetch } from 'oauth-refresh-wasm'
import { recorder } from '../timeline/recorder'
import { numbered } from '../timeline/tap'

/** `authedFetch`, with its call written down for the timeline. `path` has no query. */
export async function tracedFetch(path: string, init: RequestInit = {}): Promise<Response> {
  const call = recorder.open(init.method ?? 'GET', path)
  try {
    const response = await authedFetch(numbered(path, call), init)
    recorder.answered(call, response.status)
    return response
  } catch (error) {
    recorder.failed(call, error, init.signal?.aborted ?? false)
    throw error
  }
}
