import type { Span } from './episodes'
import type { Call, Entry, Marker, Refresh, Track } from './model'

/** Calls, refreshes and markers of each tab that are kept; older ones are forgotten. */
const remembered = 600

export function emptyTrack(letter: string, own: boolean): Track {
  return { letter, own, calls: [], refreshes: [], markers: [] }
}

/** Adds what began, or brings up to date what is there. */
export function write(track: Track, entry: Entry): void {
  switch (entry.type) {
    case 'call': return put(track.calls, entry.call)
    case 'refresh': return put(track.refreshes, entry.refresh)
    case 'marker': return keep(track.markers, entry.marker)
  }
}

export function keep<One>(list: One[], one: One): void {
  list.push(one)
  if (list.length > remembered) list.shift()
}

/** What is there stays the same object: somebody may be pointing at it. */
function put<One extends { readonly id: number }>(list: One[], one: One): void {
  const known = list.findLast(({ id }) => id === one.id)
  if (known === undefined) keep(list, one)
  else if (known !== one) Object.assign(known, one)
}

/** The same, as read from a clock that is behind by so many milliseconds. */
export function shifted(entry: Entry, by: number): Entry {
  switch (entry.type) {
    case 'call': return { type: 'call', call: shiftedCall(entry.call, by) }
    case 'refresh': return { type: 'refresh', refresh: shiftedRefresh(entry.refresh, by) }
    case 'marker': return { type: 'marker', marker: shiftedMarker(entry.marker, by) }
  }
}

function shiftedCall(call: Call, by: number): Call {
  return { ...shiftedSpan(call, by), sends: call.sends.map((send) => shiftedSpan(send, by)) }
}

function shiftedRefresh(refresh: Refresh, by: number): Refresh {
  return { ...shiftedSpan(refresh, by), sentAt: later(refresh.sentAt, by) }
}

function shiftedMarker(marker: Marker, by: number): Marker {
  return { ...marker, at: marker.at + by }
}

function shiftedSpan<One extends Span>(span: One, by: number): One {
  return { ...span, startedAt: span.startedAt + by, endedAt: later(span.endedAt, by) }
}

function later(at: number | null, by: number): number | null {
  return at === null ? null : at + by
}
