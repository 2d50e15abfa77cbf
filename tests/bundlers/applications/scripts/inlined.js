import { authedFetch, configure } from 'oauth-refresh-wasm'
import { storm } from './storm.js'

globalThis.app = storm({ authedFetch, configure })
