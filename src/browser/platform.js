/** What the platform has, found when it is used and not when this is imported. */

const fetchAtImport = globalThis.fetch
const ours = new WeakSet()
let calling = false

/** Remembers a function of ours, so that `globalThis.fetch = authedFetch` does not call itself. */
export const claim = (fetch) => (ours.add(fetch), fetch)

/**
 * The platform's `fetch` as it is at this moment, so that what was put over it later (mocks, tracing) is honored.
 * A wrapper that leads back here is passed by.
 */
export function nativeFetch(...args) {
  const current = globalThis.fetch
  const fetch = calling || ours.has(current) ? fetchAtImport : current
  calling = true
  try {
    // A mock may answer without a promise.
    return Promise.resolve(fetch(...args))
  } finally {
    calling = false
  }
}

/** Milliseconds on a clock that is never set, and on the one that people set. */
export const monotonic = () => (globalThis.performance ?? Date).now()
export const wall = () => Date.now()

/** Calls `callback` once in so many milliseconds. Keeps no server process alive. */
export function later(callback, milliseconds) {
  const timer = setTimeout(callback, milliseconds)
  timer?.unref?.()
  return timer
}
export const never = (timer) => clearTimeout(timer)

/** Whose cookies are the page's own, or the worker's. A server may have a `location` too, and still no page. */
export function pageOrigin() {
  const { document, WorkerGlobalScope, location } = globalThis
  const origin = (document || WorkerGlobalScope) && location?.origin
  // An opaque one (HTML §7.1.1) is nobody's, such as that of a file.
  return origin === 'null' ? undefined : origin
}

/** What relative URLs are relative to: the document's base, or the worker's address; nothing in a server. */
export const baseHref = () => globalThis.document?.baseURI ?? globalThis.location?.href

/** Where `url` leads, by the platform's own rules; as it is written where these are not whole (React Native). */
export function resolveUrl(url, base = baseHref()) {
  if (!isUrlWhole()) return url
  try {
    return new URL(url, base).href
  } catch {
    return undefined
  }
}

let judged
let isWhole

/** Asked for each URL, but looked up only once for each `URL` that the platform, or a polyfill, brings. */
function isUrlWhole() {
  if (judged === globalThis.URL) return isWhole
  judged = globalThis.URL
  try {
    return (isWhole = new URL('b/..', 'http://a').href === 'http://a/')
  } catch {
    return (isWhole = false)
  }
}

/** The value of a cookie that scripts may read, of all that they may. */
export function cookie(name, cookies) {
  const start = `${name}=`
  const found = cookies.split('; ').find((pair) => pair.startsWith(start))
  if (found === undefined) return undefined
  const value = found.slice(start.length)
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

let standIn

/** Lets something else tell whether anybody looks, as a document does: `visibilityState` and its `visibilitychange`. */
export const standInForDocument = (page) => (standIn = page)

const page = () => standIn ?? globalThis.document

/** Whether the page can be seen; where there is no page, nothing hides it. */
export const isVisible = () => page()?.visibilityState !== 'hidden'

/** Whether there may be a network: who knows that there is none says so. */
export const isConnected = () => globalThis.navigator?.onLine !== false

/** What is told of the page, by its name, as heard.rs numbers it. */
const PAGE = { visibilitychange: 1, pagehide: 2, pageshow: 3, freeze: 4, resume: 5, online: 6 }

/** Tells of whatever means that time passes unseen, or has. Returns its own undo. */
export function onLifecycle(tell) {
  const heard = ({ type }) => tell(PAGE[type], type === 'visibilitychange' ? isVisible() + 2 * isConnected() : 1)
  const places = [
    [page(), ['visibilitychange', 'freeze', 'resume']],
    [globalThis, ['pagehide', 'pageshow', 'online']],
  ].filter(([place]) => place?.addEventListener)
  const each = (verb) => places.forEach(([place, names]) => names.forEach((name) => place[verb](name, heard)))
  each('addEventListener')
  return () => each('removeEventListener')
}

/** What a body says, given as text or as the JSON in it; nothing where the text is none. */
export function json(body) {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A member of whatever somebody else made. */
export function member(object, name) {
  try {
    return object[name]
  } catch {
    return undefined
  }
}

/** A header of somebody's idea of an answer. */
export function headerOf(response, name) {
  try {
    const value = response.headers.get(name)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

export const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** Why a signal is aborted, also where signals do not tell (React Native). */
export const reasonOf = ({ reason }) =>
  reason === undefined ? Object.assign(new Error('Aborted'), { name: 'AbortError' }) : reason

/** Reports what a listener threw as the platform reports uncaught errors. */
export function report(error) {
  if (globalThis.reportError) return globalThis.reportError(error)
  setTimeout(() => {
    throw error
  })
}

/** Does what nobody could catch the error of. */
export function attempt(action, otherwise = report) {
  try {
    action()
  } catch (error) {
    otherwise(error)
  }
}

/** Leads the page elsewhere. */
export const navigate = (url) => globalThis.location?.assign(url)

/** Whoever replaced the console may let it throw. */
export const log = (name, event) => attempt(() => console.debug('[oauth-refresh-wasm]', name, event), () => {})
