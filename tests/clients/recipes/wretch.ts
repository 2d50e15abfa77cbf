import { authedFetch } from 'oauth-refresh-wasm'
import wretch from 'wretch'
import AbortAddon from 'wretch/addons/abort'

export const api = wretch().addon(AbortAddon()).fetchPolyfill(authedFetch)
