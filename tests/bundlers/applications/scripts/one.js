import { authedFetch } from 'oauth-refresh-wasm'

globalThis.app = authedFetch
