import ky from 'ky'
import { authedFetch } from 'oauth-refresh-wasm'

export const api = ky.create({ fetch: authedFetch })
