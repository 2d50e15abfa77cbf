/** What the pages of scenarios with several tabs have at hand, beside `kit.js`. */

Object.assign(kit, {
  /** Sets the default client up and signs the demo user in. */
  async begin(options) {
    const { client } = await kit.signedIn(options)
    kit.client = client
    kit.heard = kit.listen(client)
  },

  /** Sets the default client up, and waits until it has learned from another tab that somebody is signed in. */
  async join(options) {
    await kit.configure(options)
    await kit.until(kit.client.session, ({ status }) => status === 'active')
    kit.heard.length = 0
  },

  /** Sets the default client up; whatever it learns, it has yet to learn. */
  async configure(options) {
    const sdk = await import('/package/index.js')
    kit.client = sdk.configure({ loginURL: '/auth/login', logoutURL: '/auth/logout', ...options })
    kit.heard = kit.listen(kit.client)
  },

  /** Begins a call whose outcome is {@link kit.going}, for the driver is needed elsewhere meanwhile. */
  go(path = '/api/profile') {
    kit.going = kit.outcome(kit.client.fetch(path))
  },

  /** What was heard since the last time, and is of one of these kinds. */
  take: (...names) => kit.heard.splice(0).filter(([name]) => names.length === 0 || names.includes(name)),

  /** The names of the locks of this origin that are held and waited for, of all tabs. */
  async locks() {
    const { held, pending } = await navigator.locks.query()
    return { held: held.map(({ name }) => name), pending: pending.map(({ name }) => name) }
  },

  /** Resolves when that is so: for what no event tells of. */
  async when(condition) {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5))
  },
})

/** Where a test with many expiries is conducted; nothing of the package's. */
const EXPIRIES = 'the expiries of a test'

Object.assign(kit, {
  /**
   * Sends requests all the time, `lanes` at once, until {@link kit.expireAll} is over: tells it when each lane had an
   * answer to a request sent after an expiry. Counts the outcomes in {@link kit.outcomes}.
   */
  work(tab, lanes = 2) {
    const channel = new BroadcastChannel(EXPIRIES)
    let expired = 0
    let over = false
    channel.addEventListener('message', ({ data }) => {
      if (data.expired) expired = data.expired
      if (data.over) over = true
    })
    kit.outcomes = {}
    const lane = async (number) => {
      let told = 0
      while (!over) {
        const since = expired
        const outcome = await kit.outcome(kit.client.fetch(`/api/items/${tab}`))
        const name = typeof outcome === 'number' ? outcome : JSON.stringify(outcome)
        kit.outcomes[name] = (kit.outcomes[name] ?? 0) + 1
        if (since > told || outcome !== 200) {
          told = since
          channel.postMessage({ lane: `${tab}/${number}`, since, outcome })
        }
      }
    }
    kit.going = Promise.all(Array.from({ length: lanes }, (_, number) => lane(number))).then(() => channel.close())
  },

  /** Lets the access token expire from the `from`th to the `to`th time, each once `workers` lanes have got over it. */
  async expireAll(from, to, workers) {
    const channel = new BroadcastChannel(EXPIRIES)
    for (let expired = from; expired <= to; expired++) {
      await kit.platformFetch('/playground/expire', { method: 'POST' })
      const there = new Set()
      await new Promise((resolve, reject) => {
        channel.onmessage = ({ data: { lane, since, outcome } }) => {
          if (outcome !== 200) reject(new Error(`expiry ${expired}: ${lane} got ${JSON.stringify(outcome)}`))
          if (since === expired) there.add(lane)
          if (there.size === workers) resolve()
        }
        channel.postMessage({ expired })
      })
    }
    channel.close()
  },

  /** Lets all tabs stop working. */
  rest() {
    const channel = new BroadcastChannel(EXPIRIES)
    channel.postMessage({ over: true })
    channel.close()
  },
})
