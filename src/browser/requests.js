import { seen } from './calls.js'
import { Outgoing, discard, nextPlace } from './outgoing.js'
import { baseHref, headerOf, isObject, json, member, monotonic, resolveUrl } from './platform.js'

// What a URL is to the session, as `Machine.place` says it.
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
/** The application's own objects have a say in it. */
const FICKLE = 32
/** Only the platform knows where it leads. */
const UNCLEAR = 64

/** What `Machine.admit` says: the caller gets the 401 that it had. */
const GIVE_BACK = 1

/** How many URLs are remembered, so that an application with endless ones does not fill its memory. */
const MANY = 500

/** How requests go: opened, admitted, sent, judged, and perhaps sent once more. What there is to decide, the machine decides. */
export class Requests {
  constructor(shell) {
    this.shell = shell
    this.pass = shell.pass
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
    return { place, ticket: this.shell.machine.open(place, replay, nextPlace()) }
  }

  now() {
    return monotonic()
  }

  /** What its URL is to the session. If that goes behind a `baseURL`, the request leads there from now on. */
  find(outgoing) {
    const { url, base } = outgoing
    const place = this.locate(url, base)
    if (place & JOINED) outgoing.relocate(this.shell.machine.join(url))
    return place
  }

  /** What a URL is that is relative to `base`. */
  locate(url, base) {
    const { pass } = this
    if (pass.base !== base) {
      pass.base = base
      pass.places.clear()
      this.shell.machine.rebase(base)
    }
    const known = pass.places.get(url)
    if (known !== undefined) return known
    const place = this.look(url)
    if (pass.places.size >= MANY) pass.places.clear()
    if (!(place & FICKLE)) pass.places.set(url, place)
    return place
  }

  look(url) {
    const { shell } = this
    const { machine } = shell
    shell.checkAlive()
    const asked = machine.place(url, false)
    if (!(asked & (FICKLE | UNCLEAR))) return asked
    const joined = asked & JOINED
    const href = resolveUrl(joined ? machine.join(url) : url)
    if (href === undefined) return asked & UNCLEAR ? joined : asked
    const place = joined | (asked & UNCLEAR ? machine.place(href, true) : asked)
    const isExcluded = place & FICKLE && (place & KIND) === PROTECTED && shell.isExcluded(href)
    return isExcluded ? EXEMPT | (place & ~(KIND | YIELDS)) : place
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
      return this.travel(outgoing, place, stamp, response)
    }
  }

  sendProtected(outgoing, place) {
    const { pass } = this
    if (outgoing.oneShot || !pass.isOpen) return this.travel(outgoing, place)
    const { stamp } = pass
    if (!outgoing.optedOut) outgoing.keep()
    return outgoing.send(this.additions(place, outgoing.method)).then(
      (response) => {
        if (this.isUnauthorized(response)) {
          return this.travel(outgoing, place, stamp, response)
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

  /** All that a request may meet; one that went with a stamp, and without a ticket, already had an answer, a 401. */
  async travel(outgoing, place, stamp, answer) {
    const { shell } = this
    const ticket = shell.machine.open(place, replay(outgoing), outgoing.place, stamp)
    try {
      if (!answer && !outgoing.oneShot && !outgoing.optedOut) outgoing.keep()
      for (;;) {
        if (answer && !shell.judge(ticket, true, challengeOf(answer), answer)) return answer
        let admission
        let outcome
        while (typeof (admission = shell.admit(ticket, outcome, answer, outgoing.signal)) === 'object') outcome = await admission
        if (admission === GIVE_BACK) return answer
        const second = answer !== undefined
        if (second) {
          discard(answer)
          answer = undefined
          shell.tellRetry(outgoing.url, outgoing.method)
        }
        outgoing.pin()
        const response = await outgoing.send(this.additions(place, outgoing.method), second)
        if (!this.isUnauthorized(response)) {
          if (second && !this.shell.isDisposed) shell.judge(ticket, false)
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

  isUnauthorized(response) {
    return !this.shell.isDisposed && isObject(response) && this.pass.isUnauthorized(member(response, 'status'), response)
  }

  /** Whether a request is more than a look at the page where users sign in. */
  maySignIn(place, method) {
    return (place & KIND) === LOGIN && method !== 'GET' && method !== 'HEAD'
  }

  /** Somebody may have signed in, by another transport: the body is a text, or the JSON in it. */
  noteSignIn(body, since) {
    this.shell.signedIn({}, json(body), since)
  }

  /** The answer may say that somebody signed in. */
  async signIn(outgoing, place) {
    const sent = outgoing.send(this.additions(place, outgoing.method))
    const since = monotonic()
    const response = await sent
    if (isObject(response) && member(response, 'ok')) {
      const text = isJson(response) ? await textOf(response) : undefined
      this.shell.signedIn(text === undefined ? {} : seen(response), json(text), since)
    }
    return response
  }
}

/** Whether it can be sent again, as `Machine.open` takes it. */
const replay = ({ optedOut, oneShot }) => (optedOut ? 2 : oneShot ? 1 : 0)

/** RFC 6839 §3.1: JSON itself, or something made of it. */
const isJson = (answer) => /^\s*(application\/json|[^;]*\+json)\s*(;|$)/i.test(headerOf(answer, 'content-type'))

const challengeOf = (answer) => headerOf(answer, 'www-authenticate')

/** The body of an answer that its caller reads too. */
async function textOf(response) {
  try {
    return await response.clone().text()
  } catch {
    return undefined
  }
}
