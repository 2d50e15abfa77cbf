import axios from 'axios'
import { authedFetch, client, configure } from 'oauth-refresh-wasm'
import { attach } from 'oauth-refresh-wasm/axios'
import { storm } from './storm.js'

const instance = axios.create()
attach(instance)
// If that was another client than this one, this is refused.
attach(instance, client)

const get = (url, n) => (n % 2 === 0 ? authedFetch(url) : instance.get(url))
globalThis.app = storm({ authedFetch, configure, get })
