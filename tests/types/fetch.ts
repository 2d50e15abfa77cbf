import { authedFetch, client, createAuthClient, ready } from 'oauth-refresh-wasm'
import * as streamed from 'oauth-refresh-wasm/url'
import { same } from './equal.js'

// A drop-in, also for whoever takes a fetch.
const dropIn: typeof fetch = authedFetch
const another: typeof globalThis.fetch = createAuthClient().fetch
const detached: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response> = client.fetch
globalThis.fetch = streamed.authedFetch
void [dropIn, another, detached]

same<ReturnType<typeof authedFetch>>()<Promise<Response>>(true)
same<ReturnType<typeof ready>>()<Promise<void>>(true)
same<typeof streamed.configure>()<typeof import('oauth-refresh-wasm').configure>(true)

void authedFetch('/api/profile')
void authedFetch(new URL('https://example.com'), {
  method: 'POST',
  body: new FormData(),
  signal: AbortSignal.timeout(1),
})
void authedFetch(new Request('/api/profile'))

// @ts-expect-error: nothing to fetch
void authedFetch()
// @ts-expect-error: not a URL
void authedFetch(7)
// @ts-expect-error: a wrong type in init
void authedFetch('/', { method: 7 })
