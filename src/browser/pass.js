import { cookie, monotonic, report } from './platform.js'

/** What the engine lets out, so that it need not be asked about every request; it sees to that this is never out of date. */
export class Pass {
  constructor() {
    this.places = new Map()
    this.base = undefined
    this.revoke()
  }

  /** As it was set up: which answers are unauthorized, by status or as a function says, and the guard against forgery. */
  configure({ statuses, cookie, header, value }, judge) {
    this.statuses = statuses
    this.judge = judge
    this.cookieName = cookie
    this.guard = header === undefined ? undefined : { name: header, value }
    this.seen = undefined
    this.places.clear()
  }

  /** Until when requests may go at once, on the monotonic clock, with which stamp, and what they carry. */
  grant(stamp, until, token, dpop) {
    this.stamp = stamp
    this.until = until
    this.token = token
    this.dpop = dpop
    this.authorization = token === undefined ? undefined : `${dpop ? 'DPoP' : 'Bearer'} ${token}`
  }

  /** Nothing may go, and nothing is known. */
  revoke() {
    this.grant(0, 0)
  }

  /** The client has been disposed of. */
  close() {
    this.places.clear()
    this.revoke()
  }

  get isOpen() {
    return this.until === Infinity || monotonic() < this.until
  }

  /** Whether an answer counts as unauthorized: by its status, or as the application's own function says. */
  isUnauthorized(status, answer) {
    if (this.statuses) return this.statuses.includes(status)
    try {
      return !!this.judge(answer)
    } catch (thrown) {
      report(thrown)
      return status === 401
    }
  }

  /** The header against cross-site request forgery, where that method takes one and there is anything to say in it. */
  guardFor(method) {
    const { guard } = this
    if (!guard || method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE') return undefined
    if (this.cookieName !== undefined) {
      const cookies = globalThis.document?.cookie ?? ''
      if (cookies !== this.seen) {
        this.seen = cookies
        const value = cookie(this.cookieName, cookies)
        // A value that no header can have would only turn every request into an error.
        guard.value = value !== undefined && /^[\t -~]*$/.test(value) ? value : undefined
      }
    }
    return guard.value === undefined ? undefined : guard
  }
}
