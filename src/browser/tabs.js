/**
 * What the tabs of one origin have in common: locks, whose names every tab can read, and a channel. Nothing is stored,
 * and all of it ends with its tab. Where there are none of them, or where they throw, a tab is on its own.
 */
export class Tabs {
  /** `tell(what, turn, text)`: `what` is one of the three below. */
  constructor(name, tell) {
    this.name = name
    this.tell = tell
    /** Each turn, or the wish for it, and how to let go of it. */
    this.turns = new Map()
    /** The turns that wait for what is to be kept in sight. */
    this.ending = new Set()
    /** Settled when what was last to be kept in sight is there. */
    this.keeping = Promise.resolve()
    this.timers = new Set()
    globalThis.addEventListener?.('beforeunload', this)
  }

  /**
   * On `beforeunload`: Firefox takes no page into the back/forward cache that has a lock at that time, whatever it does on
   * `pagehide`. The page may stay after all.
   */
  handleEvent() {
    this.unkeep?.()
    this.within(STAYS).catch(() => this.kept && this.keep(this.kept))
  }

  /** Listens, and looks for the others. */
  join() {
    this.hush()
    this.away = false
    try {
      this.channel = new BroadcastChannel(this.name)
      this.channel.onmessage = ({ data }) => this.hear(data)
      // In Node, where tests pretend to be a page, a channel would keep the process alive.
      this.channel.unref?.()
    } catch {
      // None, then.
    }
    this.look()
  }

  hush() {
    try {
      this.channel?.close()
    } catch {
      // Not one of the platform's own.
    }
    this.channel = undefined
  }

  hear(data) {
    if (data === HELLO) this.say(this.kept)
    else if (typeof data === 'string') this.tell(NEWS, 0, data)
  }

  say(text) {
    try {
      if (text) this.channel?.postMessage(text)
    } catch {
      // Who does not hear it sees it.
    }
  }

  look() {
    this.sight().then((lines) => this.tell(SIGHT, 0, lines))
  }

  /** What all tabs keep in sight and which other tab has which turn, a line each, with the page that it is; of what is
   * had here, only the page. */
  async sight() {
    const prefix = `${this.name}|`
    const own = ({ name }) => [...this.turns.values(), ...this.ending].some((turn) => turn.name === name)
    const ours = ({ name }) => name.startsWith(prefix)
    const line = (lock) => `${own(lock) ? '' : lock.name.slice(prefix.length)} ${lock.clientId}`
    try {
      const { held } = await this.within(1000, navigator.locks.query())
      return held.filter(ours).map(line).join('\n')
    } catch {
      // Without locks, whoever is there is asked to say it again.
      if (!this.channel) return ''
      this.say(HELLO)
      return this.within(100).catch(() => '')
    }
  }

  /** Keeps this in sight, and what was there before until then. */
  keep(text) {
    this.kept = text
    this.keeping = this.keeping.then(async () => {
      if (this.away || text !== this.kept) return
      const letGo = await hold(`${this.name}|${text}`, { mode: 'shared' })
      this.unkeep?.()
      this.unkeep = letGo
      if (this.away) this.unkeep?.()
    })
  }

  /** Waits for a turn, which only one tab has at a time. */
  async ask(turn, lane) {
    const wish = globalThis.AbortController && new AbortController()
    const name = `${this.name}|@${lane}`
    this.turns.set(turn, { letGo: () => wish?.abort() })
    const letGo = await hold(name, { signal: wish?.signal })
    if (!this.turns.has(turn)) return letGo?.()
    this.turns.set(turn, { name, letGo })
    this.tell(TURN, turn, letGo && (await this.sight()))
  }

  /** Lets go of a turn, or of the wish for it; whoever has it next sees what is to be kept in sight. */
  end(turn) {
    const ended = this.turns.get(turn)
    if (!ended) return
    this.turns.delete(turn)
    this.ending.add(ended)
    this.keeping.then(() => {
      this.ending.delete(ended)
      ended.letGo?.()
    })
  }

  /** Lets go of everything at once: a page in the back/forward cache must not hold anything. */
  leave() {
    this.away = true
    this.hush()
    this.unkeep?.()
    for (const { letGo } of [...this.turns.values(), ...this.ending]) letGo?.()
    this.turns.clear()
    this.ending.clear()
  }

  /** Leaves for good. */
  close() {
    this.tell = () => {}
    this.leave()
    globalThis.removeEventListener?.('beforeunload', this)
    for (const timer of this.timers) clearTimeout(timer)
  }

  /** Rejects in so many milliseconds, if the promise is not settled by then. */
  within(milliseconds, promise) {
    let timer
    const late = new Promise((_, reject) => (timer = setTimeout(reject, milliseconds)))
    this.timers.add(timer)
    return Promise.race([late, promise ?? late]).finally(() => {
      clearTimeout(timer)
      this.timers.delete(timer)
    })
  }
}

/** The milliseconds in which a page is left, if it is. */
const STAYS = 5_000
/** As heard.rs numbers them. */
const NEWS = 7
const SIGHT = 8
const TURN = 9
/** Asks everybody to say what they keep in sight. */
const HELLO = '?'

/** The lock, by what lets go of it; nothing where it cannot be had. */
const hold = (name, options) =>
  new Promise((held) => {
    const request = async () => navigator.locks.request(name, options, () => new Promise(held))
    request()
      .catch(() => {})
      .then(() => held())
  })
