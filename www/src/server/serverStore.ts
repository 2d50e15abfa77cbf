import { recorder } from '../timeline/recorder'
import { playground, type ServerCounters, type Switches } from './playground'

/** What is known of the backend. */
export interface ServerState {
  readonly switches: Switches | null
  /** Counted since this page was opened, or since {@link ServerStore.startOver}. */
  readonly counters: ServerCounters | null
  /** Why the backend could not be asked, or what it refused. */
  readonly trouble: string | null
}

/** Milliseconds between two looks at the counters while requests are under way. */
const pace = 400

/** The backend's switches and counters, read again whenever something was going on. */
export class ServerStore {
  #state: ServerState = { switches: null, counters: null, trouble: null }
  #baseline: ServerCounters | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  /** Reads both, and counts from here on. */
  async open(): Promise<void> {
    await this.#guarded(async () => {
      const [switches, counters] = await Promise.all([playground.switches(), playground.counters()])
      this.#baseline = counters
      this.#set({ switches, counters: since(counters, counters), trouble: null })
    })
    document.addEventListener('visibilitychange', () => void this.#lookIfSeen())
    recorder.subscribe(() => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined
        void this.#lookIfSeen()
      }, pace)
    })
  }

  /** Reads both again. */
  async look(): Promise<void> {
    await this.#guarded(async () => {
      const [switches, counters] = await Promise.all([playground.switches(), playground.counters()])
      this.#baseline ??= counters
      this.#set({ switches, counters: since(counters, this.#baseline), trouble: null })
    })
  }

  async change(changes: Partial<Switches>): Promise<void> {
    await this.#guarded(async () => this.#set({ switches: await playground.change(changes), trouble: null }))
  }

  async resetSwitches(): Promise<void> {
    await this.#guarded(async () => this.#set({ switches: await playground.reset(), trouble: null }))
  }

  /** Counts from zero. */
  async startOver(): Promise<void> {
    recorder.forgetTotals()
    this.#baseline = null
    await this.look()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): ServerState => this.#state

  /** Many tabs hear of the same requests; only those that somebody looks at ask the server what it counted. */
  async #lookIfSeen(): Promise<void> {
    if (!document.hidden) await this.look()
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#set({ trouble: error instanceof Error ? error.message : String(error) })
    }
  }

  #set(changes: Partial<ServerState>): void {
    this.#state = { ...this.#state, ...changes }
    for (const listener of this.#listeners) listener()
  }
}

function since(counters: ServerCounters, baseline: ServerCounters): ServerCounters {
  return {
    apiRequests: counters.apiRequests - baseline.apiRequests,
    apiUnauthorized: counters.apiUnauthorized - baseline.apiUnauthorized,
    refreshes: counters.refreshes - baseline.refreshes,
    reuseDetected: counters.reuseDetected - baseline.reuseDetected,
  }
}

export const serverStore = new ServerStore()
