import { nativeFetch } from './platform.js'

/** What is sent to the authorization server, where no cookie goes. */

/**
 * A token request (RFC 6749 §6) or a revocation (RFC 7009 §2.1): a list of pairs, as a form or as JSON. A revocation
 * outlives the page (`keepalive`); tokens that came after it was left would be nobody's.
 */
export function sendTokens(url, pairs, json, keepalive, signal) {
  const [type, body] = json
    ? ['application/json', JSON.stringify(Object.fromEntries(pairs))]
    : ['application/x-www-form-urlencoded;charset=UTF-8', String(new URLSearchParams(pairs))]
  const headers = { accept: 'application/json', 'content-type': type }
  const silent = { credentials: 'omit', redirect: 'manual', cache: 'no-store' }
  return nativeFetch(url, { ...silent, method: 'POST', headers, body, keepalive, signal })
}

/** Whether the platform is sure that nothing can be sent. */
export const isOffline = () => globalThis.navigator?.onLine === false
