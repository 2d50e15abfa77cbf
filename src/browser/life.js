import { later, monotonic, never, onLifecycle } from './platform.js'
import { Tabs } from './tabs.js'

/** Longer waits than this, in milliseconds, overflow in every browser; they are slept in pieces (contract T1). */
const LONGEST = 2 ** 31 - 1

/** What a client has of the page, and gives back: one timer, listeners, and what it shares with other tabs. */
export class Life {
  /** `tell(what, number, text)` hears what happens, in the numbers of heard.rs. */
  constructor(tell) {
    this.tell = tell
    this.at = Infinity
    this.timer = undefined
    this.tabs = undefined
    this.unlisten = onLifecycle(tell)
  }

  /** Lets the alarm ring once at a time on the monotonic clock, or earlier; not at all at infinity. */
  wakeAt(at) {
    if (at === this.at) return
    never(this.timer)
    this.at = at
    if (at === Infinity) return
    const wait = Math.min(Math.max(at - Math.floor(monotonic()), 0), LONGEST)
    this.timer = later(() => {
      this.at = Infinity
      this.tell(RANG, 0)
    }, wait)
  }

  /** Listens to the other tabs that go by that name; to none without one. */
  join(name) {
    if (this.tabs?.name !== name) {
      this.tabs?.close()
      this.tabs = name && new Tabs(name, this.tell)
    }
    this.tabs?.join()
  }

  /** Gives it all back, once. */
  end() {
    this.wakeAt(Infinity)
    this.unlisten?.()
    this.tabs?.close()
    this.unlisten = this.tabs = undefined
  }
}

const RANG = 0
