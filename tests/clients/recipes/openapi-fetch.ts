import { authedFetch } from 'oauth-refresh-wasm'
import createClient from 'openapi-fetch'
import type { paths } from './gen/openapi.js'

export const api = createClient<paths>({ baseUrl: '/', fetch: authedFetch })
