import type { AuthClient } from 'oauth-refresh-wasm'
import { Lanes } from './lanes'
import type { Call, Marker, Refresh, Send } from './model'

/** Calls, refreshes and markers of each that are kept; older ones are forgotten. */
const remembered = 600

/** How much went over the wire since the page was opened, as the page saw it. */
export interface Totals {
  /** Sends to the API, first ones and replays. */
  api: number
  /** Answers of the API with status 401. */
  unauthorized: number
  /** Requests to the refresh URL. */
  refreshes: number
  /** `retry` events. */
  replays: number
}

/** Writes down what happens and when: one list for the timeline, the table and the counters. */
export class Recorder {
  readonly calls: Call[] = []
  readonly refreshes: Refresh[] = []
  readonly markers: Marker[] = []
  totals: Totals = noTotals()
  /** Goes up with every change that subscribers have been told of. */
  revision = 0

  readonly #listeners = new Set<() => void>()
  readonly #lanes = new Lanes(6)
  #calls = 0
  #refreshes = 0
  #told = true

  /** Whether anything is under way. */
  get active(): boolean {
    return this.calls.some(underWay) || this.refreshes.some(underWay)
  }

  /** Whether the server has let the token expire and nothing has renewed it since. */
  get expired(): boolean {
    const expiredAt = this.markers.findLast(({ kind }) => kind === 'expired')?.at ?? -Infinity
    const startedAt = this.markers.findLast(({ kind }) => kind === 'sessionstart')?.at ?? -Infinity
    const renewal = this.refreshes.findLast(({ outcome }) => outcome === 'success')
    return expiredAt > Math.max(startedAt, renewal?.endedAt ?? -Infinity)
  }

  open(method: string, path: string, own = false): Call {
    const startedAt = performance.now()
    const lane = this.#lanes.take(startedAt)
    this.#calls += 1
    const call: Call = {
      id: this.#calls, method, path, own, startedAt, lane,
      sends: [], endedAt: null, outcome: 'pending', status: null, error: null,
    }
    keep(this.calls, call)
    this.#changed()
    return call
  }

  answered(call: Call, status: number): void {
    call.status = status
    if (status === 401) call.outcome = 'unauthorized'
    else if (status >= 400) call.outcome = 'failed'
    else call.outcome = call.sends.length > 1 ? 'refreshed' : 'ok'
    this.#settled(call)
  }

  failed(call: Call, error: unknown, aborted: boolean): void {
    call.outcome = aborted ? 'aborted' : 'failed'
    call.error = error instanceof Error ? error.message : String(error)
    this.#settled(call)
  }

  /** A send of a call. */
  sent(call: Call): Send {
    const send: Send = { startedAt: performance.now(), endedAt: null, status: null }
    call.sends.push(send)
    this.#changed()
    return send
  }

  /** `null`: there will be no answer. */
  sendEnded(send: Send, status: number | null): void {
    send.endedAt = performance.now()
    send.status = status
    this.#changed()
  }

  count(total: keyof Totals): void {
    this.totals = { ...this.totals, [total]: this.totals[total] + 1 }
    this.#changed()
  }

  forgetTotals(): void {
    this.totals = noTotals()
    this.#changed()
  }

  /** What the server answered to the refresh that is under way. */
  refreshAnswered(status: number): void {
    const refresh = this.refreshes.at(-1)
    if (refresh === undefined) return
    refresh.status = status
    this.#changed()
  }

  mark(kind: Marker['kind'], label: string): void {
    keep(this.markers, { at: performance.now(), kind, label })
    this.#changed()
  }

  /** Writes down what the SDK tells of itself. */
  listen(client: AuthClient): void {
    client.on('refresh', (event) => {
      if (event.phase === 'start') {
        this.#refreshes += 1
        keep(this.refreshes, {
          id: this.#refreshes, trigger: event.trigger, startedAt: performance.now(),
          endedAt: null, outcome: 'pending', status: null, code: null,
        })
      } else {
        const refresh = this.refreshes.findLast(underWay)
        if (refresh === undefined) return
        refresh.endedAt = performance.now()
        refresh.outcome = event.phase
        refresh.code = event.phase === 'failure' ? event.error.code : null
      }
      this.#changed()
    })
    client.on('retry', () => this.count('replays'))
    client.on('sessionstart', () => this.mark('sessionstart', 'session starts'))
    client.on('sessionend', ({ reason }) => {
      this.mark('sessionend', reason === 'signed_out' ? 'signed out' : 'session ends')
    })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #settled(call: Call): void {
    call.endedAt = performance.now()
    this.#lanes.release(call.lane, call.endedAt)
    this.#changed()
  }

  /** Fifty calls make hundreds of changes; those who watch hear of them once a frame. */
  #changed(): void {
    if (!this.#told) return
    this.#told = false
    requestAnimationFrame(() => {
      this.#told = true
      this.revision += 1
      for (const listener of this.#listeners) listener()
    })
  }
}

function keep<One>(list: One[], one: One): void {
  list.push(one)
  if (list.length > remembered) list.shift()
}

function underWay(span: { readonly endedAt: number | null }): boolean {
  return span.endedAt === null
}

function noTotals(): Totals {
  return { api: 0, unauthorized: 0, refreshes: 0, replays: 0 }
}

export const recorder = new Recorder()
