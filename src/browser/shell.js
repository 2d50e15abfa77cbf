import { Calls } from './calls.js'
import { Dpop } from './dpop.js'
import { AuthError, blame } from './error.js'
import { Life } from './life.js'
import { Pass } from './pass.js'
import { attempt, isConnected, isObject, isVisible, log, member, monotonic, navigate, pageOrigin, reasonOf, resolveUrl } from './platform.js'

// What the machine wants done, as told.rs numbers it.
const REFRESH = 0
const ASK_SESSION = 1
const CHECK_SESSION = 2
const TELL_SIGN_OUT = 3
const ABORT = 4
const GO_ON = 5
const NOTIFY = 6
const JOIN = 7
const LEAVE = 8
const LOOK = 9
const TELL = 10
const KEEP = 11
const ASK_TURN = 12

// What it is told, as heard.rs numbers it.
const VISIBILITY = 1
const WAKE = 6
const UNSENT = 10
const REJECTED = 11
const SIGN_OUT = 12
/** As platform.js tells it: there may be a network, though nobody looks. */
const HIDDEN = 2

// What came of a wait, as told.rs numbers it.
const RENEWED = 0
const REPLACED = 3
/** What `Machine.admit` says: from here on it is a wait, as ticket.rs numbers it. */
const WAIT = 2

/** What is called, or looked at, where the options have it. */
const KEPT = ['unauthorized', 'refresh', 'exclude', 'onSessionEnded']

/** Listened for, it tells of changes of the snapshot. */
const CHANGE = 'change'

/** Those that somebody waits for, who may hold nothing else of them. */
export const awaited = new Set()
/** Gives back what a client had that nobody holds any more. */
const abandoned = globalThis.FinalizationRegistry && new FinalizationRegistry((life) => life.end())
const weakly = (it) => (globalThis.WeakRef ? new WeakRef(it) : { deref: () => it })

/** Does what the machine wants done, and tells it and whoever listens what came of it. It decides nothing. */
export class Shell {
  constructor(machine, options) {
    this.machine = machine
    this.pass = new Pass()
    this.calls = new Calls()
    this.orders = []
    /** Those who wait for the end of a refresh, by the number of their wait, and for a sign-out to be told. */
    this.waiting = new Map()
    this.signingOut = []
    this.listeners = new Map()
    this.nextListener = 0
    this.isKeySpent = this.isDriving = this.isDisposed = false
    // The page must not keep a client that nobody else does.
    const shell = weakly(this)
    this.life = new Life((...said) => shell.deref()?.hear(...said))
    abandoned?.register(this, this.life)
    const tokens = this.keep(options)
    this.tell((machine) => isVisible() || machine.hear(VISIBILITY, HIDDEN))
    if (tokens) this.signIn(tokens)
  }

  /** Goes by the options that another machine has read. `tokens` is for the first session: hot reload must not bring back
   * what was refreshed since. */
  setUpAs(machine, options) {
    const { bearer } = this.settings
    const tokens = this.keep(options)
    const isUntouched = this.tell((ours) => ours.setUpAs(machine))
    machine.free()
    // Where a sign-out was to be told is not known any more.
    if (this.settings.bearer !== bearer) this.endSignOut()
    if (tokens && isUntouched) this.signIn(tokens)
  }

  /** Keeps what the application put in the options, but not the tokens: they are forgotten at the sign-out. */
  keep(options) {
    this.options = Object.fromEntries(KEPT.map((name) => [name, member(options, name)]))
    const tokens = member(options, 'tokens')
    if (!isObject(tokens)) return undefined
    // What is changed is the package's own copy.
    options.tokens = undefined
    return tokens
  }

  // ---- what the machine tells ------------------------------------------------------------------------------------

  /** What it goes by, as settings() of told.rs puts it together. */
  setUp(settings) {
    this.settings = settings
    this.renewKey(false)
    this.pass.configure(settings, this.options.unauthorized)
  }

  /** On what terms requests may go. */
  grant(stamp, until, token, bound) {
    if (!this.isDisposed) this.pass.grant(stamp, until, token, bound ? this.dpop : undefined)
  }

  /** The session as the outside sees it: the same object as long as nothing is different. */
  show(snapshot) {
    const before = this.published
    const isSame = before && Object.keys(snapshot).every((name) => snapshot[name] === before[name])
    this.snapshot = isSame ? before : Object.freeze(snapshot)
    this.published ??= this.snapshot
  }

  /** Something to be done. */
  order(...order) {
    this.orders.push(order)
  }

  // ---- doing it --------------------------------------------------------------------------------------------------

  /** Tells the machine something, and does what it wants done then. */
  tell(what) {
    try {
      return what(this.machine)
    } finally {
      this.drive()
    }
  }

  /** Does whatever is to be done. Whoever calls while this runs (a listener that asks for a refresh, say) returns at once: the
   * loop that is running does their part too (contract S7). */
  drive() {
    this.wakesAt = this.machine.poll(this)
    if (this.isDriving) return
    this.isDriving = true
    for (;;) {
      const { orders } = this
      if (orders.length > 0) {
        this.orders = []
        for (const order of orders) this.obey(...order)
      } else if (this.published !== this.snapshot) {
        this.published = this.snapshot
        this.emit(CHANGE)
      } else break
    }
    this.isDriving = false
    if (!this.isDisposed) this.life.wakeAt(this.wakesAt)
  }

  obey(what, number, text, detail) {
    if (this.isDisposed && what !== TELL_SIGN_OUT) return
    const { settings } = this
    const { tabs } = this.life
    if (what === REFRESH) this.refreshBy(number, text, detail)
    else if (what === ASK_SESSION || what === CHECK_SESSION) this.ask(what, number, 'GET', settings.sessionURL)
    else if (what === TELL_SIGN_OUT) this.tellSignOut(text)
    else if (what === ABORT) this.calls.abort(number)
    else if (what === GO_ON) this.end(number, detail)
    else if (what === NOTIFY) this.notify(text, detail)
    else if (what === JOIN) this.life.join(settings.tabs)
    else if (what === LEAVE) tabs?.leave()
    else if (what === LOOK) tabs?.look()
    else if (what === TELL) tabs?.say(text)
    else if (what === KEEP) tabs?.keep(text)
    else if (what === ASK_TURN) tabs?.ask(number, detail)
    else tabs?.end(number)
  }

  // ---- the SDK's own calls ---------------------------------------------------------------------------------------

  /** By the application's own function, by the refresh token, or by whatever cookies there are. */
  refreshBy(flight, token, trigger) {
    const { custom, bearer, refreshURL } = this.settings
    this.cause = undefined
    if (custom) this.conclude(REFRESH, flight, this.calls.call(flight, this.options.refresh, trigger, token))
    else if (!bearer) this.ask(REFRESH, flight, 'POST', refreshURL)
    // A token that was never sent has not been used up: its one spare try is kept (contract K6).
    else if (!isConnected()) this.hear(UNSENT, flight)
    else if (token === undefined) this.hear(REJECTED, flight)
    else this.conclude(REFRESH, flight, this.calls.refresh(flight, this.whole(refreshURL), token, this.settings, this.dpop))
  }

  /** In cookie mode. */
  ask(what, flight, method, address) {
    const url = this.whole(address)
    const guard = this.pass.guardFor(method)
    const headers = { accept: 'application/json', ...(guard && { [guard.name]: guard.value }) }
    // Cookies that a refresh brings are not to be lost with a page that is left meanwhile, nor is a sign-out. Elsewhere,
    // older browsers do not ask ahead (CORS preflight) for such a request and let it fail.
    const keepalive = method === 'POST' && this.isOwn(url)
    const patience = what === REFRESH || what === ASK_SESSION ? 0 : this.settings.patience
    this.conclude(what, flight, this.calls.ask(what === TELL_SIGN_OUT ? undefined : flight, patience, url, { method, headers, keepalive }))
  }

  /** Has it all forgotten by the server: what its cookies mean, or the token. */
  tellSignOut(token) {
    const { bearer, logoutURL } = this.settings
    if (!logoutURL || (bearer && token === undefined)) this.endSignOut()
    else if (!bearer) this.ask(TELL_SIGN_OUT, 0, 'POST', logoutURL)
    else this.conclude(TELL_SIGN_OUT, 0, this.calls.revoke(this.whole(logoutURL), token, this.settings))
  }

  /** Scripts, and elements that others put into the page, may have given it another base since. */
  whole(url) {
    const { href } = this.settings
    return (href && resolveUrl(url, href)) ?? url
  }

  isOwn(url) {
    return url.startsWith(`${pageOrigin()}/`)
  }

  /** Tells the machine what came of a call; nothing of one that was taken back. */
  async conclude(what, flight, call) {
    const since = monotonic()
    const told = await call
    if (!told || this.isDisposed) return
    // That the server could not be reached changes nothing.
    if (what === TELL_SIGN_OUT) return this.endSignOut()
    const { answer, body, thrown } = told
    if (what !== CHECK_SESSION) this.cause = thrown
    if (what === REFRESH && this.settings.custom && member(thrown, 'code') === 'session_ended') return this.hear(REJECTED, flight)
    this.tell((machine) => machine.reply(what, flight, 'thrown' in told ? nameOf(thrown) : answer, body, since))
  }

  // ---- requests --------------------------------------------------------------------------------------------------

  /** May it be sent, as things are now? A promise of what to ask again with, if it has to wait. `held` is the 401 that it had. */
  admit(ticket, outcome, held, signal) {
    const cancel = (machine) => machine.cancel(ticket)
    return this.asked((machine) => {
      const admission = machine.admit(ticket, outcome)
      return admission < WAIT ? admission : this.wait(admission - WAIT, signal, cancel)
    }, held)
  }

  /** Whether it is to be sent once more, after this answer. */
  judge(ticket, unauthorized, challenge, answer) {
    return this.asked((machine) => machine.judge(ticket, unauthorized, challenge), answer)
  }

  /** Tells who listens that a request is sent the second time; of its URL nothing that could be a secret (contract K4). */
  tellRetry(url, method) {
    const [address] = (resolveUrl(url) ?? url).split(/[?#]/)
    this.emit('retry', { url: address.replace(/\/\/[^/]*@/, '//'), method })
  }

  asked(what, answer) {
    this.checkAlive()
    try {
      return this.tell(what)
    } catch (error) {
      throw this.blame(error, answer)
    }
  }

  blame(error, answer) {
    return error.code === 'invalid_options' ? error : blame(error, this.cause, answer)
  }

  /** To be called before anything can end the wait. */
  wait(id, signal, cancel) {
    awaited.add(this)
    return new Promise((resolve, reject) => {
      if (!signal?.addEventListener) return this.waiting.set(id, resolve)
      const end = () => signal.removeEventListener('abort', abort)
      const abort = () => {
        end()
        cancel(this.machine)
        this.forget(id)
        reject(reasonOf(signal))
      }
      this.waiting.set(id, (outcome) => (end(), resolve(outcome)))
      if (signal.aborted) abort()
      else signal.addEventListener('abort', abort)
    })
  }

  end(id, outcome) {
    const go = this.waiting.get(id)
    this.forget(id)
    go?.(outcome)
  }

  forget(id) {
    this.waiting.delete(id)
    this.rest()
  }

  /** Whoever holds nothing else of it need not keep it from now on, unless somebody waits. */
  rest() {
    if (this.waiting.size + this.signingOut.length === 0) awaited.delete(this)
  }

  /** A sign-in, sent at `since`, was answered: with what `seen` of calls.js saw of that, and its body. */
  signedIn(answer, body, since) {
    if (!this.isDisposed && this.machine.signedIn(answer, body, since)) this.begun()
  }

  /** Whether one of the application's own `exclude` objects takes the URL. */
  isExcluded(href) {
    const list = [this.options.exclude].flat()
    return this.settings.matchers.some((index) => {
      try {
        // A RegExp with the flag `g` or `y` goes on where it stopped the last time.
        Reflect.set(list[index], 'lastIndex', 0)
        return list[index].test(href)
      } catch {
        return false
      }
    })
  }

  // ---- what an application asks ----------------------------------------------------------------------------------

  refresh() {
    return this.freshen(NaN)
  }

  async ensureFresh(seconds = 0) {
    if (typeof seconds === 'number' && seconds >= 0 && seconds <= 1e9) return this.freshen(seconds)
    throw new AuthError('invalid_options', 'minValiditySeconds: a number of seconds, 0 or more, is accepted.')
  }

  async freshen(validity) {
    const wait = this.asked((machine) => {
      const id = machine.freshen(validity)
      return id && this.wait(id)
    })
    const outcome = wait ? await wait : RENEWED
    this.checkAlive()
    if (outcome === RENEWED || outcome === REPLACED) return this.snapshot
    throw this.blame(this.machine.unfresh(outcome))
  }

  signIn(expiry) {
    this.checkAlive()
    this.machine.signIn(expiry)
    this.begun()
  }

  /** A session has begun. */
  begun() {
    this.isKeySpent = false
    this.drive()
    // A sign-out that has not been told by now never will be.
    if (!this.settings.bearer) this.endSignOut()
  }

  /** Ends the session here at once, and resolves when the server has been told, or could not be. */
  async signOut() {
    this.checkAlive()
    awaited.add(this)
    const told = new Promise((told) => this.signingOut.push(told))
    this.hear(SIGN_OUT, 0)
    return told
  }

  endSignOut() {
    for (const told of this.signingOut.splice(0)) told()
    this.rest()
  }

  /** Proves, for a request that the application sends itself, that the key is here (RFC 9449 §4). After the end of a session
   * that is another key, but not before it is asked for: a sign-in may have begun before that end, and its tokens are bound
   * to the key that was here then. */
  prove(url, method, nonce) {
    this.checkAlive()
    this.renewKey(this.isKeySpent)
    this.isKeySpent = false
    if (this.dpop) return this.dpop.prove(url, method, undefined, nonce)
    throw new AuthError('invalid_options', 'prove: there is no key without the option dpop.')
  }

  /** Makes a key, if there is to be one. */
  renewKey(another) {
    const { dpop } = this.settings
    if (another || !dpop) this.dpop = undefined
    if (dpop) this.dpop ??= new Dpop()
  }

  wake() {
    if (!this.isDisposed) this.hear(WAKE, 1)
  }

  hear(what, number, text) {
    this.tell((machine) => machine.hear(what, number, text))
  }

  // ---- those who listen ------------------------------------------------------------------------------------------

  on(wanted, call) {
    const id = this.nextListener++
    this.listeners.set(id, { wanted, call })
    return id
  }

  off(id) {
    this.listeners.delete(id)
  }

  get listening() {
    return this.listeners.size
  }

  notify(name, detail) {
    const hasEnded = name === 'sessionend'
    if (hasEnded) this.isKeySpent = true
    if (detail.error) this.blame(detail.error)
    this.emit(name, detail)
    if (!hasEnded || detail.reason !== 'rejected') return
    const { onSessionEnded } = this.options
    if (typeof onSessionEnded === 'function') attempt(() => onSessionEnded(detail))
    const { redirectTo } = this.settings
    if (redirectTo) attempt(() => navigate(redirectTo))
  }

  /** A listener that throws harms nobody. */
  emit(name, detail) {
    if (this.settings.debug && name !== CHANGE) log(name, detail)
    for (const { wanted, call } of [...this.listeners.values()]) if (wanted === name) attempt(() => call(detail))
  }

  // ---- the end ---------------------------------------------------------------------------------------------------

  dispose() {
    if (this.isDisposed) return
    this.isDisposed = true
    // Nothing waits for the refresh any more, so the sign-out need not either.
    this.machine.dispose(this)
    for (const order of this.orders.splice(0)) this.obey(...order)
    this.life.end()
    this.dpop = undefined
    this.options = {}
    this.listeners.clear()
    this.calls.close()
    this.pass.close()
    for (const id of [...this.waiting.keys()]) this.end(id, RENEWED)
    this.endSignOut()
  }

  checkAlive() {
    if (this.isDisposed) {
      throw new AuthError('disposed', 'This client was disposed of; create another with createAuthClient().')
    }
  }
}

/** What is wrong, as the platform names it. */
function nameOf(thrown) {
  const name = member(thrown, 'name')
  return typeof name === 'string' ? name : 'no answer'
}
