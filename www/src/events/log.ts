import type { AuthClient } from 'oauth-refresh-wasm'
import { told, type Told } from './words'

/** One line of the log; events that say the same in a row share one. */
export interface Entry extends Told {
  readonly id: number
  readonly at: Date
  readonly times: number
}

/** Lines that are kept. */
const remembered = 80

/** The events of the SDK, newest first. */
class EventLog {
  #entries: readonly Entry[] = []
  #last = 0
  readonly #listeners = new Set<() => void>()

  listen(client: AuthClient): void {
    client.on('refresh', (event) => this.#add(told.refresh(event)))
    client.on('retry', (event) => this.#add(told.retry(event)))
    client.on('sessionstart', (event) => this.#add(told.sessionstart(event)))
    client.on('sessionend', (event) => this.#add(told.sessionend(event)))
    client.on('stepup', (event) => this.#add(told.stepup(event)))
    client.on('warning', (event) => this.#add(told.warning(event)))
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

  #add(entry: Told): void {
    const [newest, ...older] = this.#entries
    if (newest !== undefined && newest.title === entry.title && newest.tone === 'plain') {
      this.#entries = [{ ...newest, ...entry, times: newest.times + 1 }, ...older]
    } else {
      this.#last += 1
      this.#entries = [{ ...entry, id: this.#last, at: new Date(), times: 1 }, ...this.#entries].slice(0, remembered)
    }
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

export const eventLog = new EventLog()
