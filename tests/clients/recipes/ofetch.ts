import { authedFetch } from 'oauth-refresh-wasm'
import { createFetch } from 'ofetch'

export const api = createFetch({ fetch: authedFetch })
