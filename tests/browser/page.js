/** The page as a test has it: what is sent, the clocks, the timers and the error reports are in the test's hands. */

import { Outgoing } from '../../src/browser/outgoing.js'
import { Requests } from '../../src/browser/requests.js'
import { Shell, awaited } from '../../src/browser/shell.js'

const { fetch, reportError, setTimeout, clearTimeout } = globalThis
const { addEventListener, removeEventListener } = EventTarget.prototype
const { now } = Date
const { locks } = navigator
const { BroadcastChannel } = globalThis
/** What is to be undone when the page is closed. */
const undos = []
/** In milliseconds of real time: what has not come by then never will. Only a test that fails waits for it. */
const PATIENCE = 5000

export class Page {
  constructor() {
    repair()
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

  /** Gives everything back to the platform. */
  close() {
    repair()
    Object.assign(globalThis, { fetch, reportError, setTimeout, clearTimeout })
    Object.assign(EventTarget.prototype, { addEventListener, removeEventListener })
    delete performance.now
    Date.now = now
    for (const type of ['error', 'unhandledrejection']) removeEventListener.call(globalThis, type, this.uncaught)
  }

  /** Puts something in the place of a part of the platform, as long as this page is open. */
  replace(object, name, value) {
    const before = Object.getOwnPropertyDescriptor(object, name)
    Object.defineProperty(object, name, { value, configurable: true, writable: true })
    afterwards(() => (before ? Object.defineProperty(object, name, before) : delete object[name]))
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

/** Calls `undo` when the page is closed; if a test panics, before the next one is opened. */
export const afterwards = (undo) => undos.push(undo)

function repair() {
  while (undos.length > 0) undos.pop()()
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

/**
 * Resolves when everything that could happen by itself has happened. The platform serves locks and channels in the order
 * in which it is asked, so it is asked as many times in a row as a client asks it.
 */
export async function turn() {
  for (let round = 0; round < 6; round++) {
    await Promise.all([locks.request('turn', () => {}), echo(), new Promise((resolve) => setTimeout(resolve))])
  }
}

/** Resolves when all that was said on channels so far has been heard. */
async function echo() {
  const [here, there] = [new BroadcastChannel('echo'), new BroadcastChannel('echo')]
  const heard = new Promise((resolve) => (there.onmessage = resolve))
  here.postMessage('')
  await heard
  for (const channel of [here, there]) channel.close()
}

/** A client as the package has it behind its face: the shell, which reads options by the engine's own class. */
export class Engine extends Shell {
  read(options) {
    return new this.machine.constructor(options)
  }

  reconfigure(options) {
    this.setUpAs(this.read(options), options)
  }

  another(options) {
    return new Engine(this.read(options), options)
  }
}

/** Whether the page keeps a client, for somebody waits for it. */
export const isAwaited = (engine) => awaited.has(engine)

/** What the platform does once it has collected a client. */
export const collected = (engine) => engine.life.end()

/** What the package has in front of its engine, without what only loading takes. */
export class Front {
  constructor(engine, interceptors, steps) {
    this.requests = new Requests(engine)
    this.interceptors = interceptors
    this.steps = steps
  }

  /** Undefined for arguments that the package leaves to the platform. */
  send(input, init) {
    let outgoing
    try {
      outgoing = new Outgoing(input, init)
    } catch {
      return undefined
    }
    try {
      if (this.interceptors.isEmpty) return this.requests.send(outgoing)
      return this.interceptors.run(outgoing, (outgoing) => this.requests.send(outgoing))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** What a URL is: `foreign`, `exempt`, `login` or `protected`; in bearer mode and across origins, what it takes too. */
  place(url) {
    const place = this.requests.find(new Outgoing(url))
    const kind = ['foreign', 'exempt', 'login', 'protected'][place & 3]
    return place & 4 ? `${kind}, with credentials` : kind
  }

  /** The generation with which requests may go at once, or -1. */
  stamp() {
    const { pass } = this.requests
    return pass.isOpen ? pass.stamp : -1
  }

  open(url, method, replayable, _retry) {
    return this.steps.open(this.requests, url, { method, replayable, _retry })
  }
}

// The other tabs of the origin, in the test's hands. In this file, for the server of these tests now and then forgets to serve
// one of many.

/** A lock that another tab holds. */
export class Lock {
  /** Resolves once it is granted. */
  static take(name, mode) {
    const lock = new Lock()
    const granted = (resolve) => () => new Promise((letGo) => resolve(Object.assign(lock, { letGo })))
    const taken = new Promise((resolve, reject) => locks.request(name, { mode }, granted(resolve)).catch(reject))
    afterwards(() => lock.release())
    return inTime(taken, `let go of ${name}`)
  }

  /** Lets go of it. */
  release() {
    this.letGo?.()
  }
}

/** A page of its own, as another tab is. */
export class Frame {
  constructor() {
    this.frame = document.body.appendChild(document.createElement('iframe'))
    afterwards(() => this.close())
  }

  /** Resolves once it is in the queue for the lock, with a promise in `granted` that it has it; it keeps that. */
  async wish(name) {
    const { locks } = this.frame.contentWindow.navigator
    const granted = new Promise((resolve, reject) => {
      locks.request(name, () => new Promise(() => resolve())).catch(reject)
    })
    await locks.query()
    return { granted }
  }

  /** It dies. */
  close() {
    this.frame.remove()
  }
}

/** A channel on which another tab listens. */
export class Channel {
  constructor(name) {
    this.heard = []
    this.channel = new BroadcastChannel(name)
    this.channel.onmessage = ({ data }) => this.heard.push(data)
    afterwards(() => this.close())
  }

  say(data) {
    this.channel.postMessage(data)
  }

  close() {
    this.channel.close()
  }
}

/** The package's locks, by mode and name, in the order of the alphabet; those that are waited for as well. */
export async function lines() {
  const { held, pending } = await locks.query()
  const line = ({ mode, name }) => `${mode} ${name}`
  const ours = ({ name }) => name.startsWith('oauth-refresh:')
  return [
    ...held.filter(ours).map(line).sort(),
    ...pending.filter(ours).map((lock) => `waiting ${line(lock)}`).sort(),
  ]
}

/** Resolves when the tasks have run that were due already, whatever the platform's other processes do meanwhile. */
export const task = () => new Promise((resolve) => setTimeout(resolve))
