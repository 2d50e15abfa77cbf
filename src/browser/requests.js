import { Outgoing, discard, nextPlace } from './outgoing.js'
import { baseHref, cookie, monotonic, reasonOf, report, resolveUrl } from './platform.js'

// What a URL is to the session, as `Gate.place` says it.
const FOREIGN = 0
const EXEMPT = 1
const LOGIN = 2
const PROTECTED = 3
const KIND = 3
/** Cookies have to be asked for. */
const INCLUDE = 4
/** A request with an `Authorization` of its own is exempt. */
const YIELDS = 8
/** The URL is relative to the option `baseURL`. */
const JOINED = 16
/** The next time it may be something else. */
const FICKLE = 32

// What `OpenTicket.admit` says.
const WAIT = 1
const GIVE_BACK = 2

/** How many URLs are remembered, so that an application with endless ones does not fill its memory. */
const MANY = 500

/** What the engine lets out, so that it need not be asked about every request; it sees to that this is never out of date. */
export class Pass {
  constructor() {
    this.closed = false
    this.places = new Map()
    this.base = undefined
    this.revoke()
  }

  /** As it was set up: which answers are unauthorized, by status or as a function says, and the guard against forgery. */
  configure(statuses, judge, cookieName, header, value) {
    this.statuses = statuses && [...statuses]
    this.judge = judge
    this.cookieName = cookieName
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
    this.closed = true
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

/** How requests go: opened, admitted, sent, judged, and perhaps sent once more. What there is to decide, `gate` decides. */
export class Requests {
  constructor(gate) {
    this.gate = gate
    this.pass = gate.pass
  }

  fetch(input, init) {
    return this.send(new Outgoing(input, init))
  }

  /** Sends a request; within this call, where nothing is to be waited for. */
  send(outgoing) {
    if (outgoing.signal?.aborted) return outgoing.send()
    const place = this.find(outgoing)
    const kind = place & KIND
    if (kind === PROTECTED) {
      // What the caller's own credentials are answered says nothing of the session.
      if (place & YIELDS && outgoing.hasAuthorization()) return outgoing.send(this.additions(EXEMPT | (place & INCLUDE), outgoing.method))
      return this.sendProtected(outgoing, place)
    }
    if (this.maySignIn(place, outgoing.method)) return this.signIn(outgoing, place)
    return outgoing.send(this.additions(place, outgoing.method))
  }

  /** What a request of another transport is to the session, and a ticket for it. No `baseURL` goes before what that sends. */
  open(url, replay) {
    const base = baseHref()
    const place = this.locate(resolveUrl(url, base) ?? url, base)
    return { place, ticket: this.gate.open(place, replay, nextPlace()) }
  }

  now() {
    return monotonic()
  }

  /** What its URL is to the session. If that goes behind a `baseURL`, the request leads there from now on. */
  find(outgoing) {
    const { url, base } = outgoing
    const place = this.locate(url, base)
    if (place & JOINED) outgoing.relocate(this.gate.join(url))
    return place
  }

  /** What a URL is that is relative to `base`. */
  locate(url, base) {
    const { pass, gate } = this
    if (pass.base !== base) {
      pass.base = base
      pass.places.clear()
      gate.rebase(base)
    }
    let place = pass.places.get(url)
    if (place === undefined) {
      place = gate.place(url)
      if (pass.places.size >= MANY) pass.places.clear()
      if (!(place & FICKLE)) pass.places.set(url, place)
    }
    return place
  }

  /** What goes along with a request; nothing, if nothing does. */
  additions(place, method) {
    const { pass } = this
    const kind = place & KIND
    if (kind === FOREIGN) return undefined
    const guard = pass.guardFor(method)
    const token = kind === PROTECTED ? pass.token : undefined
    const include = (place & INCLUDE) !== 0
    if (!guard && token === undefined && !include) return undefined
    return { guard, include, token, authorization: token && pass.authorization, dpop: token && pass.dpop }
  }

  /** For a request that went before there was an engine, as if it went now: what becomes of its answer. */
  adopt(outgoing) {
    const place = this.find(outgoing)
    const { stamp } = this.pass
    const isOurs = (place & KIND) === PROTECTED && !(place & YIELDS && outgoing.hasAuthorization())
    return (response) => {
      if (!isOurs || !this.isUnauthorized(response)) return response
      return this.travel(outgoing, place, this.gate.reopen(stamp, replay(outgoing), outgoing.place), response)
    }
  }

  sendProtected(outgoing, place) {
    const { pass } = this
    if (outgoing.oneShot || !pass.isOpen) return this.travel(outgoing, place, this.gate.open(place, replay(outgoing), outgoing.place))
    const { stamp } = pass
    if (!outgoing.optedOut) outgoing.keep()
    return outgoing.send(this.additions(place, outgoing.method)).then(
      (response) => {
        if (this.isUnauthorized(response)) {
          return this.travel(outgoing, place, this.gate.reopen(stamp, replay(outgoing), outgoing.place), response)
        }
        outgoing.release()
        return response
      },
      (error) => {
        outgoing.release()
        throw error
      },
    )
  }

  /** All that a request may meet; `answer` is one that it already had, a 401. */
  async travel(outgoing, place, ticket, answer) {
    try {
      if (!answer && !outgoing.oneShot && !outgoing.optedOut) outgoing.keep()
      for (;;) {
        if (answer && !ticket.judge(true, challengeOf(answer), answer)) return answer
        let admission
        while (typeof (admission = this.ask(ticket, outgoing.signal, answer)) === 'object') await admission
        if (admission === GIVE_BACK) return answer
        const second = answer !== undefined
        if (second) {
          discard(answer)
          answer = undefined
          ticket.tellRetry(outgoing.url, outgoing.method)
        }
        outgoing.pin()
        const response = await outgoing.send(this.additions(place, outgoing.method), second)
        if (!this.isUnauthorized(response)) {
          if (second && !this.pass.closed) ticket.judge(false)
          return response
        }
        answer = response
      }
    } catch (error) {
      if (answer && error?.response !== answer) discard(answer)
      throw error
    } finally {
      outgoing.release()
      ticket.free()
    }
  }

  /** Asks whether it may be sent. A promise, if it has to wait: then it is to ask again. */
  ask(ticket, signal, answer) {
    let go
    let giveUp
    const wait = new Promise((resolve, reject) => {
      go = resolve
      giveUp = reject
    })
    if (!signal?.addEventListener) {
      const admission = ticket.admit(go, answer)
      return admission === WAIT ? wait : admission
    }
    let waits = true
    const end = () => {
      waits = false
      signal.removeEventListener('abort', abort)
    }
    const abort = () => {
      end()
      ticket.cancel()
      giveUp(reasonOf(signal))
    }
    const admission = ticket.admit(() => (end(), go()), answer)
    if (admission !== WAIT) return admission
    if (signal.aborted) abort()
    else if (waits) signal.addEventListener('abort', abort)
    return wait
  }

  isUnauthorized(response) {
    return !this.pass.closed && isObject(response) && this.pass.isUnauthorized(member(response, 'status'), response)
  }

  /** Whether a request is more than a look at the page where users sign in. */
  maySignIn(place, method) {
    return (place & KIND) === LOGIN && method !== 'GET' && method !== 'HEAD'
  }

  /** The answer may say that somebody signed in. */
  async signIn(outgoing, place) {
    const sent = outgoing.send(this.additions(place, outgoing.method))
    const since = monotonic()
    const response = await sent
    if (isObject(response) && member(response, 'ok')) {
      const text = this.gate.isJson(response) ? await textOf(response) : undefined
      this.gate.noteSignIn(response, text, since)
    }
    return response
  }
}

/** Whether it can be sent again, as `Gate.open` takes it. */
const replay = ({ optedOut, oneShot }) => (optedOut ? 2 : oneShot ? 1 : 0)

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** A member of somebody's idea of an answer. */
function member(object, name) {
  try {
    return object[name]
  } catch {
    return undefined
  }
}

/** The body of an answer that its caller reads too. */
async function textOf(response) {
  try {
    return await response.clone().text()
  } catch {
    return undefined
  }
}

function challengeOf(response) {
  try {
    const challenge = response.headers.get('www-authenticate')
    return typeof challenge === 'string' ? challenge : undefined
  } catch {
    return undefined
  }
}
