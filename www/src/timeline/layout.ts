import type { Call, Item, Refresh } from './model'
import type { View } from './view'

/** Where things are on the canvas, in CSS pixels. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly view: View
  /** The height of one lane, its gap included. */
  readonly lane: number
}

export const axisHeight = 26
export const refreshTop = axisHeight + 18
export const refreshHeight = 16
export const lanesTop = refreshTop + refreshHeight + 12

const tallestLane = 40
const bottomPad = 6

/** How near to a bar a pointer has to be. */
const reach = 5

export function layoutOf(width: number, height: number, view: View, lanes: number): Layout {
  const lane = Math.min(tallestLane, (height - lanesTop - bottomPad) / Math.max(1, lanes))
  return { width, height, view, lane }
}

export function xOf({ view, width }: Layout, at: number): number {
  return ((at - view.from) / (view.to - view.from)) * width
}

export function laneTop({ lane }: Layout, number: number): number {
  return lanesTop + number * lane
}

/** How many lanes the calls on screen need. */
export function lanesOf(calls: readonly Call[], view: View): number {
  return calls.reduce((most, call) => (onScreen(call, view) ? Math.max(most, call.lane + 1) : most), 0)
}

export function onScreen(span: Call | Refresh, view: View): boolean {
  return span.startedAt <= view.to && (span.endedAt ?? Infinity) >= view.from
}

/** What is drawn at a point. */
export function itemAt(layout: Layout, x: number, y: number, calls: readonly Call[], refreshes: readonly Refresh[]): Item | null {
  const touches = (span: Call | Refresh) =>
    onScreen(span, layout.view) &&
    xOf(layout, span.startedAt) - reach <= x &&
    (span.endedAt === null || xOf(layout, span.endedAt) + reach >= x)
  if (y < lanesTop - 4) {
    const refresh = y >= axisHeight ? refreshes.findLast(touches) : undefined
    return refresh === undefined ? null : { type: 'refresh', refresh }
  }
  const lane = Math.floor((y - lanesTop) / layout.lane)
  const call = calls.findLast((candidate) => candidate.lane === lane && touches(candidate))
  return call === undefined ? null : { type: 'call', call }
}
