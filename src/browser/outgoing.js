import { baseHref, member, nativeFetch, resolveUrl } from './platform.js'

/** What `fetch` reads from its second argument (the Fetch Standard's RequestInit, and what Chromium adds). */
const MEMBERS = [
  'method', 'headers', 'body', 'referrer', 'referrerPolicy', 'mode', 'credentials', 'cache', 'redirect', 'integrity',
  'keepalive', 'signal', 'duplex', 'priority', 'window',
]

/** What a config has that is no member of what `fetch` takes, or is not taken over as it is. */
const NOT_INIT = ['url', '_retry', 'headers']

let places = 0

/** The next place in the order in which requests come (contract R10). */
export const nextPlace = () => ++places

/** What a caller passed to `fetch`, so that it can be sent as it is, with something added, and once more. */
export class Outgoing {
  constructor(input, init, base = baseHref()) {
    // An iterator yields its headers once, and they are read here as well as by `fetch`.
    if (init && isIterator(member(init, 'headers'))) init = Object.assign(copy(init), { headers: [...init.headers] })
    // Unlike `String`, this refuses a symbol, as `fetch` does.
    this.input = typeof input === 'string' || isRequest(input) ? input : `${input}`
    this.init = init ?? undefined
    this.url = this.input.url ?? this.input
    this.base = base
    const method = init?.method ?? this.input.method
    this.method = method === undefined ? 'GET' : String(method).toUpperCase()
    this.signal = init?.signal === undefined ? this.input.signal : init.signal
    this.optedOut = init?._retry === true
    this.oneShot = isOneShot(init?.body)
    this.place = nextPlace()
    this.again = undefined
    this.config = undefined
    this.repeated = false
  }

  /** Keeps to where it led when it was made: scripts move the page, or its base, while it waits. */
  pin() {
    const base = baseHref()
    if (this.base === base) return
    if (typeof this.input === 'string') this.relocate(resolveUrl(this.input, this.base) ?? this.input)
    this.base = base
  }

  /** Lets the address be another one. */
  relocate(url) {
    this.input = isRequest(this.input) ? moved(url, this.input) : url
    this.url = url
  }

  /** Whether the caller brings credentials of its own. */
  hasAuthorization() {
    const given = this.init?.headers === undefined ? this.input.headers : this.init.headers
    return given !== undefined && (isRecord(given) ? names(given, 'authorization') : !!toHeaders(given)?.has('authorization'))
  }

  /** Takes a copy of whatever the caller could change, or the first send uses up, before the second. */
  keep() {
    const { input, init } = this
    // Of what interceptors made, only a body can be the caller's.
    const isOurs = init === undefined || (this.config !== undefined && typeof init.body !== 'object')
    if (typeof input === 'string' && isOurs) return
    try {
      this.again = kept(this)
    } catch {
      // What cannot be copied `fetch` refuses, or finds empty; it says that best.
      this.oneShot = true
    }
  }

  /**
   * Sends it; the second time as it was the first. `additions` are headers to add unless the caller set them, whether
   * cookies are sent across origins unless the caller said otherwise, and what proves that a token is ours.
   */
  send(additions, second = false) {
    let { input, init } = (second && this.again) || this
    if (typeof input === 'string') input = this.input
    if (second) {
      this.again = undefined
      if (this.config) this.config._retry = true
    }
    if (additions) {
      const { guard, authorization, include, dpop, token } = additions
      const given = init?.headers === undefined ? input.headers : init.headers
      const headers = guard || authorization ? withHeaders(given, guard, authorization) : undefined
      const includes = include && init?.credentials === undefined && input.credentials !== 'omit'
      if (headers || includes) init = copy(init)
      if (headers) init.headers = headers
      if (includes) init.credentials = 'include'
      if (dpop) return this.sendProven({ input, init }, dpop, token)
    }
    return init === undefined ? nativeFetch(input) : nativeFetch(input, init)
  }

  async sendProven(first, dpop, token) {
    const spare = this.oneShot || this.repeated ? undefined : kept(first)
    let next = first
    const url = resolveUrl(this.url) ?? this.url
    const { method = this.input.method ?? 'GET' } = first.init ?? {}
    try {
      return await dpop.send(url, String(method), token, !!spare, (proof) => {
        this.pin()
        let { input, init } = next
        if (typeof input === 'string') input = this.input
        this.repeated = this.repeated || next === spare
        next = spare
        const headers = toHeaders(init?.headers === undefined ? input.headers : init.headers)
        if (!headers) return nativeFetch(input, init)
        headers.set('dpop', proof)
        return nativeFetch(input, { ...copy(init), headers })
      })
    } finally {
      if (spare && spare.input !== first.input && !spare.input.bodyUsed) discard(spare.input)
    }
  }

  /** It will not be sent again: what was kept for that goes. */
  release() {
    const kept = this.again?.input
    if (kept !== this.input && kept?.body) discard(kept)
    this.again = undefined
  }

  /** As interceptors see it. */
  toConfig() {
    const { input, init } = this
    const headers = {}
    const given = init?.headers ?? input.headers
    if (given && !isIterable(given)) Object.assign(headers, given)
    else if (given) new Headers(given).forEach((value, name) => (headers[name] = value))
    const method = init?.method ?? input.method ?? 'GET'
    return Object.assign(copy(init), { url: this.url, method, headers, signal: this.signal, _retry: this.optedOut })
  }

  /** What interceptors made of it. */
  changed(config) {
    if (config === null || typeof config !== 'object') {
      throw new TypeError(`A request interceptor has to return the config, or a promise of it; it returned ${config}.`)
    }
    const init = { headers: mergeHeaders(config.headers ?? {}) }
    for (const name of Object.keys(config)) {
      if (!NOT_INIT.includes(name) && config[name] !== undefined) init[name] = config[name]
    }
    let target = String(config.url)
    if (isRequest(this.input)) target = target === this.input.url ? this.input : moved(target, this.input)
    const outgoing = new Outgoing(target, init, this.base)
    outgoing.optedOut = config._retry === true
    outgoing.config = config
    outgoing.place = this.place
    outgoing.pin()
    return outgoing
  }
}

/** A copy of whatever the caller could change, or the first send uses up. */
function kept({ input, init }) {
  // In Firefox a Request does not tell its body; null alone says that it has none.
  const usesUp = init?.body == null && input.clone && input.body !== null && !input.bodyUsed
  const copied = init && copy(init)
  if (copied) {
    copied.headers = keepHeaders(copied.headers)
    copied.body = keepBody(copied.body)
  }
  return { input: usesUp ? input.clone() : input, init: copied }
}

/** Whether it is gone once it is sent: a stream, or in Node anything that yields its parts. */
export function isOneShot(body) {
  if (body === null || typeof body !== 'object') return false
  return typeof body.getReader === 'function' || Symbol.asyncIterator in body
}

/** Lets go of a body that nobody will read. */
export async function discard(message) {
  try {
    if (message.body && !message.bodyUsed) await message.body.cancel()
  } catch {
    // Then it cannot be let go of.
  }
}

/** The same request to another address. React Native's have no `body` for the constructor to read. */
const moved = (url, request) =>
  new Request(url, '_bodyInit' in request ? { __proto__: request, body: request._bodyInit } : request)

const isRequest = (input) => typeof input === 'object' && is('Request', input)

/** Whether a value is of one of the platform's classes, also if it comes from another frame. */
function is(name, value) {
  const type = globalThis[name]
  return (typeof type === 'function' && value instanceof type) || Object.prototype.toString.call(value) === `[object ${name}]`
}

const isPlain = (given) => Object.getPrototypeOf(given) === Object.prototype
/** Whether headers are names and values in a plain object. */
const isRecord = (given) => typeof given === 'object' && given !== null && isPlain(given) && !isIterable(given)
/** Whether one of an object's members has that name, in lower case, however it is written. */
const names = (given, wanted) => Object.keys(given).some((name) => name.length === wanted.length && name.toLowerCase() === wanted)
const isIterable = (given) => typeof given[Symbol.iterator] === 'function'
const isIterator = (given) => given != null && typeof member(given, 'next') === 'function'

/**
 * Every member, also those that an instance of a class inherits. Not by a spread: V8 takes a microsecond for what is then
 * added to such a copy.
 */
function copy(init) {
  const copied = Object.assign({}, init)
  if (init && !isPlain(init)) {
    for (const name of MEMBERS) if (!(name in copied) && init[name] !== undefined) copied[name] = init[name]
  }
  return copied
}

/** With what is to be added, unless it is there; nothing, where `fetch` will refuse them. */
function withHeaders(given, guard, authorization) {
  if (given === undefined || isRecord(given)) {
    const headers = Object.assign({}, given)
    if (guard && !names(headers, guard.name.toLowerCase())) headers[guard.name] = guard.value
    if (authorization && !names(headers, 'authorization')) headers.Authorization = authorization
    return headers
  }
  const headers = toHeaders(given)
  if (guard && headers && !headers.has(guard.name)) headers.set(guard.name, guard.value)
  if (authorization && headers && !headers.has('authorization')) headers.set('Authorization', authorization)
  return headers
}

/** As `fetch` will understand them; nothing where it will refuse them, which it says best. */
function toHeaders(given) {
  try {
    return new Headers(given)
  } catch {
    return undefined
  }
}

/** Unlike `fetch`, lets the last of two spellings of a name win: a handler's over the caller's. */
function mergeHeaders(given) {
  if (isIterable(given)) return new Headers(given)
  const headers = {}
  for (const name of Object.keys(given)) if (given[name] != null) headers[name.toLowerCase()] = given[name]
  return headers
}

/** Headers as they are now. */
function keepHeaders(given) {
  if (given == null) return given
  return isPlain(given) ? { ...given } : (toHeaders(given) ?? given)
}

/** Bytes as they are now: blobs and strings cannot change, the rest can. */
export function keepBody(body) {
  if (typeof body !== 'object') return body
  if (is('ArrayBuffer', body)) return body.slice(0)
  if (ArrayBuffer.isView(body)) return body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength)
  if (is('URLSearchParams', body)) return new URLSearchParams(String(body))
  // React Native's cannot be read.
  if (is('FormData', body) && isIterable(body)) {
    const form = new FormData()
    for (const [name, value] of body) form.append(name, value)
    return form
  }
  return body
}
