import type { Call, Item, Refresh, Track } from './model'
import type { View } from './view'

/** The rows of one tab. */
export interface Section {
  readonly track: Track
  /** Of its row of refreshes; its lanes are below that. */
  readonly top: number
  readonly lanes: number
}

/** Where things are on the canvas, in CSS pixels. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly view: View
  /** What is left free on the left, for the names of the tabs. */
  readonly gutter: number
  /** The height of one lane, its gap included. */
  readonly lane: number
  readonly sections: readonly Section[]
}

export const axisHeight = 26
export const refreshHeight = 16

/** Where the rows of the first tab begin, below the words of the markers. */
export const sectionsTop = axisHeight + 18
const lanesBelow = refreshHeight + 12
export const sectionGap = 10
const gutterWidth = 30
const tallestLane = 40
const bottomPad = 6

/** How near to a bar a pointer has to be. */
const reach = 5

/**
 * This tab has its rows always, the others where they have something on screen. Lanes are as high as there is room, or as
 * told.
 */
export function layoutOf(width: number, height: number, view: View, tracks: readonly Track[], lane?: number): Layout {
  const busy = ({ calls, refreshes }: Track) => [...calls, ...refreshes].some((span) => onScreen(span, view))
  const shown = tracks.filter((track) => track.own || busy(track))
  const lanes = shown.map(({ calls }) => lanesOf(calls, view))
  const all = lanes.reduce((sum, count) => sum + count, 0)
  const room = height - sectionsTop - shown.length * lanesBelow - (shown.length - 1) * sectionGap - bottomPad
  const high = lane ?? Math.max(1, Math.min(tallestLane, room / Math.max(1, all)))
  let top = sectionsTop
  const sections = shown.map((track, index) => {
    const section = { track, top, lanes: lanes[index] ?? 0 }
    top = bottomOf(section, high) + sectionGap
    return section
  })
  return { width, height, view, gutter: shown.length > 1 ? gutterWidth : 0, lane: high, sections }
}

/** The height that the rows of so many tabs want, at least. */
export function roomFor(tabs: number): number {
  return sectionsTop + tabs * (lanesBelow + sectionGap + 20)
}

export function xOf({ view, width, gutter }: Layout, at: number): number {
  return gutter + ((at - view.from) / (view.to - view.from)) * (width - gutter)
}

export function laneTop({ lane }: Layout, section: Section, number: number): number {
  return section.top + lanesBelow + number * lane
}

/** Where a section ends. */
export function sectionBottom(layout: Layout, section: Section): number {
  return bottomOf(section, layout.lane)
}

export function onScreen(span: Call | Refresh, view: View): boolean {
  return span.startedAt <= view.to && (span.endedAt ?? Infinity) >= view.from
}

/** What is drawn at a point. */
export function itemAt(layout: Layout, x: number, y: number): Item | null {
  const section = layout.sections.findLast(({ top }) => y >= top - sectionGap / 2)
  if (section === undefined) return null
  const touches = (span: Call | Refresh) =>
    onScreen(span, layout.view) &&
    xOf(layout, span.startedAt) - reach <= x &&
    (span.endedAt === null || xOf(layout, span.endedAt) + reach >= x)
  const lanesTop = laneTop(layout, section, 0)
  if (y < lanesTop - 4) {
    const refresh = section.track.refreshes.findLast(touches)
    return refresh === undefined ? null : { type: 'refresh', refresh, track: section.track }
  }
  const lane = Math.floor((y - lanesTop) / layout.lane)
  const call = section.track.calls.findLast((candidate) => candidate.lane === lane && touches(candidate))
  return call === undefined ? null : { type: 'call', call, track: section.track }
}

function bottomOf({ top, lanes }: Section, lane: number): number {
  return top + lanesBelow + lanes * lane
}

/** How many lanes the calls on screen need. */
function lanesOf(calls: readonly Call[], view: View): number {
  return calls.reduce((most, call) => (onScreen(call, view) ? Math.max(most, call.lane + 1) : most), 0)
}
