import type { AuthClient } from 'oauth-refresh-wasm'
import { byLetter } from '../tabs/letters'
import { Lanes } from './lanes'
import type { Call, Entry, Marker, Refresh, Send, Track } from './model'
import { emptyTrack, write } from './tracks'

/** How much went over the wire since the page was opened, as the page saw it. */
export interface Totals {
  /** Sends to the API, first ones and replays. */
  api: number
  /** Answers of the API with status 401. */
  unauthorized: number
  /** Requests to the refresh URL. */
  refreshes: number
  /** Refreshes of other tabs that this one took over. */
  adoptions: number
  /** `retry` events. */
  replays: number
}

/** Writes down what happens and when, here and in the other tabs: for the timeline, the table and the counters. */
export class Recorder {
  /** What this tab did. */
  own = emptyTrack('A', true)
  totals: Totals = noTotals()
  /** Goes up with every change that subscribers have been told of. */
  revision = 0

  readonly #others = new Map<string, Track>()
  readonly #listeners = new Set<() => void>()
  readonly #lanes = new Lanes(6)
  #calls = 0
  #refreshes = 0
  #told = true
  #pass: (entry: Entry) => void = () => {}

  /** What each tab did, this one first and the others by name. */
  get tracks(): readonly Track[] {
    return [this.own, ...[...this.#others.values()].sort(byLetter)]
  }

  /** Whether anything is under way. */
  get active(): boolean {
    return this.tracks.some(({ calls, refreshes }) => calls.some(underWay) || refreshes.some(underWay))
  }

  /** Whether this tab is asking the server for a refresh. */
  get calling(): boolean {
    return this.own.refreshes.some((refresh) => underWay(refresh) && refresh.sentAt !== null)
  }

  /** Whether the server has let the token expire and nothing has renewed it since. */
  get expired(): boolean {
    const { markers, refreshes } = this.own
    const expiredAt = markers.findLast(({ kind }) => kind === 'expired')?.at ?? -Infinity
    const startedAt = markers.findLast(({ kind }) => kind === 'sessionstart')?.at ?? -Infinity
    const renewal = refreshes.findLast(({ outcome }) => outcome === 'success' || outcome === 'adopted')
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
    this.#write({ type: 'call', call })
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
    this.#write({ type: 'call', call })
    return send
  }

  /** `null`: there will be no answer. */
  sendEnded(call: Call, send: Send, status: number | null): void {
    send.endedAt = performance.now()
    send.status = status
    this.#write({ type: 'call', call })
  }

  count(total: keyof Totals): void {
    this.totals = { ...this.totals, [total]: this.totals[total] + 1 }
    this.#changed()
  }

  forgetTotals(): void {
    this.totals = noTotals()
    this.#changed()
  }

  /** The server is asked to refresh. */
  refreshSent(): void {
    this.count('refreshes')
    const refresh = this.own.refreshes.findLast(underWay)
    if (refresh === undefined) return
    refresh.sentAt = performance.now()
    this.#write({ type: 'refresh', refresh })
  }

  /** What the server answered to the refresh that is under way. */
  refreshAnswered(status: number): void {
    const refresh = this.own.refreshes.at(-1)
    if (refresh === undefined) return
    refresh.status = status
    this.#write({ type: 'refresh', refresh })
  }

  mark(kind: Marker['kind'], label: string): void {
    this.#write({ type: 'marker', marker: { at: performance.now(), kind, label } })
  }

  /** Writes down what the SDK tells of itself. */
  listen(client: AuthClient): void {
    client.on('refresh', (event) => {
      if (event.phase === 'start') {
        this.#openRefresh(event.trigger)
        return
      }
      if (event.phase === 'adopted') this.count('adoptions')
      const refresh = this.own.refreshes.findLast(underWay)
      if (refresh !== undefined) {
        refresh.code = event.phase === 'failure' ? event.error.code : null
        this.#endRefresh(refresh, event.phase)
      } else if (event.phase === 'adopted') {
        const adoption = this.#openRefresh(null)
        this.#endRefresh(adoption, 'adopted', adoption.startedAt)
      }
    })
    // One that a sign-in or a sign-out overtakes ends without an event of its own.
    client.session.subscribe(() => {
      const refresh = this.own.refreshes.findLast(underWay)
      if (refresh !== undefined && client.session.status !== 'refreshing') this.#endRefresh(refresh, 'dropped')
    })
    client.on('retry', () => this.count('replays'))
    client.on('sessionstart', () => this.mark('sessionstart', 'session starts'))
    client.on('sessionend', ({ reason }) => {
      this.mark('sessionend', reason === 'signed_out' ? 'signed out' : 'session ends')
    })
  }

  // ---- the other tabs

  /** Hands on all that is written down of this tab, whenever it changes. */
  passOn(pass: (entry: Entry) => void): void {
    this.#pass = pass
  }

  /** What this tab is called from now on. */
  rename(letter: string): void {
    this.own = { ...this.own, letter }
    this.#changed()
  }

  /** Writes down what another tab tells of itself. */
  hear(letter: string, entry: Entry): void {
    // The token is every tab's.
    const everybodys = entry.type === 'marker' && entry.marker.kind === 'expired'
    const track = everybodys ? this.own : (this.#others.get(letter) ?? emptyTrack(letter, false))
    if (!track.own) this.#others.set(letter, track)
    write(track, entry)
    this.#changed()
  }

  /** The other tab is closed. */
  forget(letter: string): void {
    if (this.#others.delete(letter)) this.#changed()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #openRefresh(trigger: string | null): Refresh {
    this.#refreshes += 1
    const refresh: Refresh = {
      id: this.#refreshes, trigger, startedAt: performance.now(), sentAt: null,
      endedAt: null, outcome: 'pending', status: null, code: null,
    }
    this.#write({ type: 'refresh', refresh })
    return refresh
  }

  #endRefresh(refresh: Refresh, outcome: Refresh['outcome'], endedAt = performance.now()): void {
    refresh.endedAt = endedAt
    refresh.outcome = outcome
    this.#write({ type: 'refresh', refresh })
  }

  #settled(call: Call): void {
    call.endedAt = performance.now()
    this.#lanes.release(call.lane, call.endedAt)
    this.#write({ type: 'call', call })
  }

  #write(entry: Entry): void {
    write(this.own, entry)
    this.#pass(entry)
    this.#changed()
  }

  /** Fifty calls make hundreds of changes; those who watch hear of them once a frame. A hidden page has no frames. */
  #changed(): void {
    if (!this.#told) return
    this.#told = false
    if (document.hidden) setTimeout(this.#tell)
    else requestAnimationFrame(this.#tell)
  }

  readonly #tell = (): void => {
    this.#told = true
    this.revision += 1
    for (const listener of this.#listeners) listener()
  }
}

function underWay(span: { readonly endedAt: number | null }): boolean {
  return span.endedAt === null
}

function noTotals(): Totals {
  return { api: 0, unauthorized: 0, refreshes: 0, adoptions: 0, replays: 0 }
}

export const recorder = new Recorder()
