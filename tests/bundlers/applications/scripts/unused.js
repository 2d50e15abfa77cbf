import { authedFetch } from 'oauth-refresh-wasm'

globalThis.app = 'an application that uses nothing of what it imports'
