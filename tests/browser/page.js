/** The page as a test has it: its `fetch`, its clocks, its timers and its error reports are in the test's hands. */

const platform = {
  fetch: globalThis.fetch,
  reportError: globalThis.reportError,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
}
/** In milliseconds of real time: whatever has not happened by then never will. */
const PATIENCE = 5000

export class Page {
  constructor() {
    this.arrived = []
    this.expected = []
    this.reported = []
    this.timers = new Map()
    this.delays = []
    this.cleared = 0
    this.monotonic = 1e6
    this.wall = Date.UTC(2026, 0, 1)
    globalThis.fetch = (input, init) => this.#take(input, init)
    globalThis.reportError = (error) => this.reported.push(error)
    globalThis.setTimeout = (callback, delay) => this.#arm(callback, delay)
    globalThis.clearTimeout = (id) => (this.cleared += this.timers.delete(id))
    performance.now = () => this.monotonic
    Date.now = () => this.wall
    globalThis.addEventListener('unhandledrejection', this)
    current?.restore()
    current = this
    Object.assign(globalThis, this.mine)
  }
}
