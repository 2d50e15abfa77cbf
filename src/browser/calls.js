import { later, nativeFetch, never } from './platform.js'

/** The SDK's own calls: refresh, session check, sign-out. */
export class Calls {
  /**
   * `tell(errand, flight, answer, body)` is called once for each call, with whatever names it: the text of an answer; what
   * the application said, where `answer` is undefined; what was thrown, where it is null.
   */
  constructor(tell) {
    this.tell = tell
    /** What takes them back, by their flight; where there is no such thing, nothing. A sign-out is never taken back. */
    this.controllers = new Map()
  }

  /** In cookie mode. */
  ask(errand, flight, patience, url, method, headers, keepalive) {
    const init = { method, headers, keepalive, credentials: 'include' }
    this.run(errand, flight, patience, (signal) => send(url, init, signal))
  }

  /** Sends a refresh token to the authorization server, where no cookie goes: to have it renewed or revoked. */
  post(errand, flight, patience, url, token, scope, client_id, json, dpop) {
    const ends = errand === SIGN_OUT
    // RFC 7009 §2.1, RFC 6749 §6. What is undefined is left out.
    const members = ends ? { token, client_id } : { grant_type: 'refresh_token', refresh_token: token, scope, client_id }
    const text = JSON.stringify(members)
    const body = json ? text : String(new URLSearchParams(JSON.parse(text)))
    const type = json ? 'application/json' : 'application/x-www-form-urlencoded;charset=UTF-8'
    const headers = { accept: 'application/json', 'content-type': type }
    // Tokens that came after the page was left would be nobody's.
    const init = { method: 'POST', headers, body, credentials: 'omit', ...(ends && { keepalive: true }) }
    this.run(errand, flight, patience, (signal) => {
      const proven = (dpop) => send(url, { ...init, headers: { ...headers, dpop } }, signal)
      return dpop ? dpop.send(url, 'POST', undefined, true, proven) : send(url, init, signal)
    })
  }

  /** Has the application refresh by its own function. */
  call(errand, flight, refresh, trigger, refreshToken) {
    this.run(errand, flight, 0, (signal) => refresh({ signal, trigger, ...(refreshToken !== undefined && { refreshToken }) }))
  }

  /** `patience`, in milliseconds, is how long there may be no answer; zero for as long as it takes. */
  async run(errand, flight, patience, call) {
    const controller = globalThis.AbortController && new AbortController()
    if (errand !== SIGN_OUT) this.controllers.set(flight, controller)
    const timer = patience && later(() => controller?.abort(), patience)
    let told
    try {
      // Nothing is sent of what is taken back in the same breath.
      await undefined
      const answer = await call(controller?.signal)
      told = answer instanceof Response ? [answer, await answer.text()] : [undefined, answer]
    } catch (error) {
      told = [null, error]
    }
    never(timer)
    const isAwaited = errand === SIGN_OUT || this.controllers.delete(flight)
    this.tell(isAwaited ? errand : TAKEN_BACK, flight, ...told)
  }

  /** Takes back a call that nobody waits for any more: of that, only the end is told. */
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

/** As ear.rs numbers them. */
const SIGN_OUT = 8
const TAKEN_BACK = 9

/** Follows no redirect, and leaves nothing in the cache (contract K5). */
async function send(url, init, signal) {
  const answer = await nativeFetch(url, { ...init, redirect: 'manual', cache: 'no-store', signal })
  if (answer instanceof Response) return answer
  throw new TypeError('fetch did not answer with a Response')
}
