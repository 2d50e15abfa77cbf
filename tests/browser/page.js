/** The page as a test has it: what is sent, the clocks, the timers and the error reports are in the test's hands. */

import { Outgoing } from '../../src/browser/outgoing.js'

const { fetch, reportError, setTimeout, clearTimeout } = globalThis
const { addEventListener, removeEventListener } = EventTarget.prototype
const { now } = Date
/** In milliseconds of real time: what has not come by then never will. Only a test that fails waits for it. */
const PATIENCE = 5000

export class Page {
  constructor() {
    this.arrived = []
    this.expected = []
    this.reports = []
    this.timers = new Map()
    this.delays = []
    this.listening = 0
    this.monotonic = 1e6
    this.wall = Date.UTC(2026, 0, 1)
    this.uncaught = (event) => (event.preventDefault(), this.reports.push(event.reason ?? event.error))
    for (const type of ['error', 'unhandledrejection']) addEventListener.call(globalThis, type, this.uncaught)
    globalThis.fetch = (input, init) => this.take(input, init)
    globalThis.reportError = (error) => this.reports.push(error)
    globalThis.setTimeout = (callback, delay) => this.arm(callback, delay)
    globalThis.clearTimeout = (timer) => this.timers.delete(timer)
    performance.now = () => this.monotonic
    Date.now = () => this.wall
    const page = this
    EventTarget.prototype.addEventListener = function (...args) {
      page.listening += 1
      return addEventListener.apply(this, args)
    }
    EventTarget.prototype.removeEventListener = function (...args) {
      page.listening -= 1
      return removeEventListener.apply(this, args)
    }
  }

  /** Gives everything back to the  */
  close() {
    Object.assign(globalThis, { fetch, reportError, setTimeout, clearTimeout })
    Object.assign(EventTarget.prototype, { addEventListener, removeEventListener })
    delete performance.now
    Date.now = now
    for (const type of ['error', 'unhandledrejection']) removeEventListener.call(globalThis, type, this.uncaught)
  }

  take(input, init) {
    let call
    try {
      call = new Call(input, init)
    } catch (error) {
      return Promise.reject(error)
    }
    // The platform sends nothing either.
    if (call.aborted) return call.promise
    const expected = this.expected.shift()
    if (expected) expected(call)
    else this.arrived.push(call)
    return call.promise
  }

  /** The next request that is sent, or was sent and not yet asked for. */
  next() {
    const call = this.arrived.shift()
    return call ? Promise.resolve(call) : inTime(new Promise((resolve) => this.expected.push(resolve)), 'was sent')
  }

  /** How many requests were sent and not asked for. */
  get unexpected() {
    return this.arrived.length
  }

  arm(callback, delay) {
    const timer = this.delays.push(delay)
    this.timers.set(timer, { at: this.monotonic + delay, callback })
    return timer
  }

  get armed() {
    return this.timers.size
  }

  /** Lets time go by. Timers ring in their order, each at its time. */
  advance(milliseconds) {
    const end = this.monotonic + milliseconds
    for (;;) {
      const due = [...this.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)
      if (due.length === 0) break
      const [[timer, { at, callback }]] = due
      this.timers.delete(timer)
      this.pass(Math.max(0, at - this.monotonic))
      callback()
    }
    this.pass(end - this.monotonic)
  }

  pass(milliseconds) {
    this.monotonic += milliseconds
    this.wall += milliseconds
  }

  /** The machine sleeps: only the wall clock goes on. */
  sleep(milliseconds) {
    this.wall += milliseconds
  }
}

/** One request that was sent, as the platform would have sent it. */
class Call {
  constructor(input, init) {
    this.input = input
    this.init = init
    this.request = new Request(input, init)
    this.promise = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }))
    const { signal } = this.request
    const abort = () => this.reject(signal.reason)
    if (signal.aborted) abort()
    else addEventListener.call(signal, 'abort', abort)
  }

  /** Method, and address without the page's origin. */
  get line() {
    const { method, url } = this.request
    return `${method} ${url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url}`
  }

  get aborted() {
    return this.request.signal.aborted
  }
}

/** The promise, or after a while an error that says so. Whoever asks late finds no unhandled rejection. */
export function inTime(promise, what = 'settled') {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Nothing ${what} within ${PATIENCE} ms.`)), PATIENCE)
  })
  const first = Promise.race([promise, late]).finally(() => clearTimeout(timer))
  first.catch(() => {})
  return first
}

/** Resolves when everything that could happen by itself has happened. */
export const turn = () => new Promise((resolve) => setTimeout(resolve))

/** What the package makes of the arguments of `fetch`. */
export const outgoing = (input, init) => new Outgoing(input, init)

/** A request that needs nothing added, and whose 401 goes to the client: how the package sends most of them. */
export async function straight(client, outgoing, stamp) {
  outgoing.keep()
  return client.answered(outgoing, stamp, await outgoing.send(false, [], [], false))
}
