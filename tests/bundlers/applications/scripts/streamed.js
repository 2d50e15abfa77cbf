import { authedFetch, configure } from 'oauth-refresh-wasm/url'
import { storm } from './storm.js'

globalThis.app = storm({ authedFetch, configure })
