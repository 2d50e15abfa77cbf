import { nativeFetch } from './platform.js'

/** What is sent to the authorization server, where no cookie goes. */

/** RFC 6749 §6, as a form or as JSON. */
export const refreshTokens = (url, refresh_token, scope, client_id, json, signal, dpop) =>
  post(url, { grant_type: 'refresh_token', refresh_token, scope, client_id }, json, { signal }, dpop)

/** RFC 7009 §2.1. It outlives the page; tokens that came after that was left would be nobody's. */
export const revokeToken = (url, token, client_id, signal) =>
  post(url, { token, client_id }, false, { signal, keepalive: true })

function post(url, members, json, init, dpop) {
  // What is undefined is left out.
  const text = JSON.stringify(members)
  const body = json ? text : String(new URLSearchParams(JSON.parse(text)))
  const type = json ? 'application/json' : 'application/x-www-form-urlencoded;charset=UTF-8'
  const headers = { accept: 'application/json', 'content-type': type }
  const silent = { credentials: 'omit', redirect: 'manual', cache: 'no-store' }
  const send = (proof) =>
    nativeFetch(url, { ...silent, ...init, method: 'POST', headers: proof ? { ...headers, dpop: proof } : headers, body })
  return dpop ? dpop.send(url, 'POST', undefined, true, send) : send()
}

/** Refreshes by the application's own function; what that throws at once is a rejection too. */
export const callRefresh = async (refresh, signal, trigger, refreshToken) =>
  refresh({ signal, trigger, ...(refreshToken !== undefined && { refreshToken }) })
