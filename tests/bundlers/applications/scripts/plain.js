import { authedFetch, configure } from 'oauth-refresh-wasm/js'
import { storm } from './storm.js'

globalThis.app = storm({ authedFetch, configure })
