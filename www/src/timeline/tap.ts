import { refreshPath } from '../session/mode'
import type { Call } from './model'
import { recorder } from './recorder'

/** The platform's own `fetch`: for what is not to be seen on the timeline. */
export const untappedFetch: typeof fetch = globalThis.fetch.bind(globalThis)

/** The query parameter that tells which call a send belongs to. */
const numberedBy = 'call'

/** The URL under which {@link tapFetch} knows a call again. */
export function numbered(path: string, call: Call): string {
  return `${path}?${numberedBy}=${call.id}`
}

/**
 * Puts a recorder in front of `globalThis.fetch`, which the SDK looks up at each send: so it is seen what really went
 * out and when. An application does without.
 */
export function tapFetch(): void {
  globalThis.fetch = (...request) => {
    const answer = untappedFetch(...request)
    watch(request, answer)
    return answer
  }
}

function watch([input, init]: Parameters<typeof fetch>, answer: Promise<Response>): void {
  const url = new URL(input instanceof Request ? input.url : input, location.href)
  if (url.pathname === refreshPath) {
    recorder.refreshSent()
    answer.then((response) => recorder.refreshAnswered(response.status), () => {})
    return
  }
  const number = Number(url.searchParams.get(numberedBy))
  const known = recorder.own.calls.find((call) => call.id === number)
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
  const call = known ?? recorder.open(method, url.pathname, true)
  const send = recorder.sent(call)
  const api = url.pathname.startsWith('/api/')
  if (api) recorder.count('api')
  answer.then(
    (response) => {
      if (api && response.status === 401) recorder.count('unauthorized')
      recorder.sendEnded(call, send, response.status)
      if (known === undefined) recorder.answered(call, response.status)
    },
    (error: unknown) => {
      recorder.sendEnded(call, send, null)
      if (known === undefined) recorder.failed(call, error, false)
    },
  )
}
