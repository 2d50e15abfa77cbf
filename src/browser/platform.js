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

/** Calls `callback(0, 0)`, which tells that the alarm rang, once in so many milliseconds. Keeps no server process alive. */
export function later(callback, milliseconds) {
  const timer = setTimeout(() => callback(0, 0), milliseconds)
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

/** What is told of the page, as ear.rs numbers it. */
const PAGE = 1

/** Tells, by its name, of whatever means that time passes unseen, or has. Returns its own undo. */
export function onLifecycle(tell) {
  const heard = (event) => tell(PAGE, 0, event.type)
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

/** Leads the page elsewhere; an address that is none is reported, for nobody could catch what it throws. */
export function navigate(url) {
  try {
    globalThis.location?.assign(url)
  } catch (error) {
    report(error)
  }
}

export const log = (name, event) => console.debug('[oauth-refresh-wasm]', name, event)
