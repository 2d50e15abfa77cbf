import { headerOf, json, later, nativeFetch, never } from './platform.js'

/** The SDK's own calls: refresh, session check, sign-out. Each resolves with what came of it, as `run` says. */
export class Calls {
  constructor() {
    /** What takes them back, by their flight; where there is no such thing, nothing. A sign-out is never taken back. */
    this.controllers = new Map()
  }

  /** In cookie mode. */
  ask(flight, patience, url, init) {
    return this.run(flight, patience, (signal) => send(url, { ...init, credentials: 'include' }, signal))
  }

  /** Has a refresh token renewed (RFC 6749 §6). */
  refresh(flight, url, token, { scope, clientId, json }, dpop) {
    const init = sent({ grant_type: 'refresh_token', refresh_token: token, scope, client_id: clientId }, json)
    return this.run(flight, 0, (signal) => {
      const proven = (dpop) => send(url, { ...init, headers: { ...init.headers, dpop } }, signal)
      return dpop ? dpop.send(url, 'POST', undefined, true, proven) : send(url, init, signal)
    })
  }

  /** Has a token revoked (RFC 7009 §2.1), also if the page is left; tokens that come after that would be nobody's. */
  revoke(url, token, { clientId, patience }) {
    const init = { ...sent({ token, client_id: clientId }), keepalive: true }
    return this.run(undefined, patience, (signal) => send(url, init, signal))
  }

  /** Has the application refresh by its own function. */
  call(flight, refresh, trigger, refreshToken) {
    return this.run(flight, 0, (signal) => refresh({ signal, trigger, ...(refreshToken !== undefined && { refreshToken }) }))
  }

  /**
   * `patience`, in milliseconds, is how long there may be no answer; zero for as long as it takes. Resolves with what was
   * seen of an answer and its body, with what the application said as the body alone, or with what was thrown; with nothing
   * if the call was taken back.
   */
  async run(flight, patience, call) {
    const controller = globalThis.AbortController && new AbortController()
    if (flight !== undefined) this.controllers.set(flight, controller)
    const timer = patience && later(() => controller?.abort(), patience)
    let told
    try {
      // Nothing is sent of what is taken back in the same breath.
      await undefined
      const answer = await call(controller?.signal)
      told = answer instanceof Response ? { answer: seen(answer), body: json(await answer.text()) } : { body: answer }
    } catch (thrown) {
      told = { thrown }
    }
    never(timer)
    return flight === undefined || this.controllers.delete(flight) ? told : undefined
  }

  /** Takes back a call that nobody waits for any more. */
  abort(flight) {
    const controller = this.controllers.get(flight)
    this.controllers.delete(flight)
    controller?.abort()
  }

  /** Takes them all back; a sign-out is still told to the server. */
  close() {
    for (const flight of [...this.controllers.keys()]) this.abort(flight)
  }
}

/** What an answer says besides its body, as reply.rs reads it. */
export const seen = (response) => ({
  status: response.status,
  redirected: response.type === 'opaqueredirect',
  html: /^text\/html/i.test(headerOf(response, 'content-type')),
  retryAfter: headerOf(response, 'retry-after'),
  date: headerOf(response, 'date'),
})

/** A request to the authorization server, where no cookie goes. */
function sent(members, asJson) {
  // What is undefined is left out.
  const text = JSON.stringify(members)
  const body = asJson ? text : String(new URLSearchParams(JSON.parse(text)))
  const type = asJson ? 'application/json' : 'application/x-www-form-urlencoded;charset=UTF-8'
  return { method: 'POST', headers: { accept: 'application/json', 'content-type': type }, body, credentials: 'omit' }
}

/** Follows no redirect, and leaves nothing in the cache (contract K5). */
async function send(url, init, signal) {
  const answer = await nativeFetch(url, { ...init, redirect: 'manual', cache: 'no-store', signal })
  if (answer instanceof Response) return answer
  throw new TypeError('fetch did not answer with a Response')
}
