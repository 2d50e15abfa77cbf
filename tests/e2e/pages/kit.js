/** What scenarios have at hand in the page, as the global `kit`. */

const complaints = []
addEventListener('securitypolicyviolation', (event) => {
  complaints.push(`the policy forbids: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`)
})
addEventListener('error', (event) => complaints.push(`nobody caught: ${event.error ?? event.message}`))
addEventListener('unhandledrejection', (event) => complaints.push(`nobody caught: ${event.reason}`))

addEventListener('pageshow', ({ persisted }) => (kit.persisted = persisted))

const platformFetch = globalThis.fetch.bind(globalThis)

globalThis.kit = {
  /** What the Content Security Policy forbade and what nobody caught, as text. */
  complaints,
  /** What one step of a scenario keeps for the next. */
  kept: {},
  /** Whether the page was last shown out of the back/forward cache. */
  persisted: false,
  /** The package, which is a module of the page like any other. */
  load: (entry = '/package/index.js') => import(entry),
  platformFetch,

  /** The default client, set up with `options`, after the sign-in of the demo user. */
  async signedIn(options = {}) {
    const sdk = await import('/package/index.js')
    const client = sdk.configure({ loginURL: '/auth/login', logoutURL: '/auth/logout', ...options })
    const answer = await kit.signIn(client.fetch)
    if (!answer.ok) throw new Error(`the sign-in was answered ${answer.status}`)
    return { ...sdk, client }
  },

  signIn: (fetch, password = 'demo') =>
    fetch('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'demo', password }),
    }),

  /** All that a client tells, in order, as `[name, event]`; errors in it as {@link kit.told}. */
  listen(client) {
    const heard = []
    for (const name of ['refresh', 'retry', 'sessionstart', 'sessionend', 'stepup', 'warning']) {
      client.on(name, ({ error, ...event }) => heard.push([name, error ? { ...event, error: kit.told(error) } : event]))
    }
    return heard
  },

  /** What can be said of an error, or of whatever was thrown. */
  told(error) {
    if (!(error instanceof Error) && !(error instanceof DOMException)) return { thrown: String(error) }
    const { name, message, code, retryAfter } = error
    return {
      name,
      message,
      ...(code !== undefined && { code }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(error.cause !== undefined && { cause: error.cause?.name ?? String(error.cause) }),
      ...(error.response && { status: error.response.status, bodyUsed: error.response.bodyUsed }),
    }
  },

  /** How a call ends: its status, or what is said of its error. */
  outcome: (call) => Promise.resolve(call).then(({ status }) => status, kit.told),

  /** Resolves when `store` satisfies the condition. */
  until: (store, condition) =>
    new Promise((resolve) => {
      if (condition(store)) return resolve()
      const undo = store.subscribe(() => {
        if (!condition(store)) return
        undo()
        resolve()
      })
    }),

  /** Lets the clocks be that much later from now on: both, or as a machine sleeps, the wall clock alone. */
  advance(milliseconds, { asleep = false } = {}) {
    for (const clock of asleep ? [Date] : [Date, performance]) {
      const now = clock.now.bind(clock)
      clock.now = () => now() + milliseconds
    }
  },

  /** Shows or hides the page, as far as it can tell. */
  turn(visibilityState) {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibilityState })
    document.dispatchEvent(new Event('visibilitychange'))
  },

  /** Without a network, or with it again, as far as scripts can tell. */
  pretendOffline(offline) {
    globalThis.fetch = offline ? () => Promise.reject(new TypeError('pretending to be offline')) : platformFetch
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: !offline })
    dispatchEvent(new Event(offline ? 'offline' : 'online'))
  },

  /** Runs a step, and tells what came of it as JSON. */
  report: (step) =>
    Promise.resolve()
      .then(step)
      .then((value) => JSON.stringify({ value: value ?? null }))
      .catch((error) => {
        const thrown = error?.stack?.includes(error.message) ? error.stack : `${error}\n${error?.stack ?? ''}`
        return JSON.stringify({ thrown })
      }),
}
