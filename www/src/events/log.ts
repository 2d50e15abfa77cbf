import type { AuthClient } from 'oauth-refresh-wasm'
import { told, type Told } from './words'

/** One line of the log; events of a tab that say the same in a row share one. */
export interface Entry extends Told {
  readonly id: number
  /** The name of the other tab that it happened in; none if it was this one. */
  readonly letter: string | undefined
  readonly at: Date
  readonly times: number
}

/** Lines that are kept. */
const remembered = 80

/** The events of the SDK in all tabs, newest first. */
class EventLog {
  #entries: readonly Entry[] = []
  #last = 0
  #pass: (told: Told) => void = () => {}
  readonly #listeners = new Set<() => void>()

  listen(client: AuthClient): void {
    client.on('refresh', (event) => this.#happened(told.refresh(event)))
    client.on('retry', (event) => this.#happened(told.retry(event)))
    client.on('sessionstart', (event) => this.#happened(told.sessionstart(event)))
    client.on('sessionend', (event) => this.#happened(told.sessionend(event)))
    client.on('stepup', (event) => this.#happened(told.stepup(event)))
    client.on('warning', (event) => this.#happened(told.warning(event)))
  }

  /** Hands on what happens in this tab. */
  passOn(pass: (told: Told) => void): void {
    this.#pass = pass
  }

  /** Something happened in another tab. */
  hear(letter: string, told: Told): void {
    this.#add(told, letter)
  }

  clear(): void {
    this.#entries = []
    this.#tell()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): readonly Entry[] => this.#entries

  #happened(told: Told): void {
    this.#add(told, undefined)
    this.#pass(told)
  }

  #add(told: Told, letter: string | undefined): void {
    const newest = this.#entries.find((entry) => entry.letter === letter)
    if (newest !== undefined && newest.title === told.title && newest.tone === 'plain') {
      const more = { ...newest, ...told, times: newest.times + 1 }
      this.#entries = this.#entries.map((entry) => (entry === newest ? more : entry))
    } else {
      this.#last += 1
      const entry = { ...told, id: this.#last, letter, at: new Date(), times: 1 }
      this.#entries = [entry, ...this.#entries].slice(0, remembered)
    }
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

export const eventLog = new EventLog()
