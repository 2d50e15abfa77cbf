import { milliseconds, tickStep } from './axis'
import { axisHeight, laneTop, lanesTop, onScreen, refreshHeight, refreshTop, xOf, type Layout } from './layout'
import type { Call, Item, Marker, Refresh } from './model'
import type { Palette } from './palette'
import { segments } from './segments'

export interface Picture {
  readonly calls: readonly Call[]
  readonly refreshes: readonly Refresh[]
  readonly markers: readonly Marker[]
  readonly chosen: Item | null
  readonly now: number
  /** Whether the axis counts back from now. */
  readonly rolling: boolean
}

/** Pixels between two ticks, at least. */
const tickRoom = 84

/** Lanes lower than this have no room for words above their bar. */
const wordsFrom = 26

const wordsHeight = 15

/** What lasts too short to be seen is drawn this wide. */
const thinnest = 2

export function paint(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, picture: Picture): void {
  context.clearRect(0, 0, layout.width, layout.height)
  context.textBaseline = 'middle'
  paintAxis(context, layout, palette, picture.rolling)
  paintRefreshes(context, layout, palette, picture)
  paintCalls(context, layout, palette, picture)
  paintMarkers(context, layout, palette, picture.markers)
  if (picture.rolling) paintNow(context, layout, palette, picture.now)
}

function paintAxis(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, rolling: boolean): void {
  const { view, width, height } = layout
  const step = tickStep(view.to - view.from, width / tickRoom)
  context.font = `11px ${palette.font}`
  context.textAlign = 'left'
  context.fillStyle = palette.text
  context.strokeStyle = palette.grid
  context.lineWidth = 1
  context.beginPath()
  for (let tick = Math.ceil((view.from - view.origin) / step); view.origin + tick * step < view.to; tick += 1) {
    const x = Math.round(xOf(layout, view.origin + tick * step)) + 0.5
    context.moveTo(x, 6)
    context.lineTo(x, height)
    const words = tick === 0 ? (rolling ? 'now' : '0') : milliseconds(tick * step)
    const room = context.measureText(words).width
    if (x + 5 + room < width) context.fillText(words, x + 5, 12)
    else if (rolling) context.fillText(words, x - 5 - room, 12)
  }
  context.stroke()
}

function paintRefreshes(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, picture: Picture): void {
  const { view, height, width } = layout
  context.fillStyle = palette.grid
  context.fillRect(0, lanesTop - 7, width, 1)
  context.fillRect(0, axisHeight - 1, width, 1)
  for (const refresh of picture.refreshes) {
    if (!onScreen(refresh, view)) continue
    const from = xOf(layout, refresh.startedAt)
    const wide = Math.max(thinnest + 1, xOf(layout, refresh.endedAt ?? picture.now) - from)
    const color = refresh.outcome === 'failure' ? palette.refreshFailed : palette.refresh
    context.fillStyle = palette.veil
    context.fillRect(from, refreshTop - 2, wide, height - refreshTop)
    bar(context, from, refreshTop, wide, refreshHeight, color)
    const words = refreshWords(refresh)
    context.font = `600 11px ${palette.font}`
    const room = context.measureText(words).width
    const middle = refreshTop + refreshHeight / 2 + 0.5
    if (room + 12 <= wide) {
      context.fillStyle = palette.surface
      context.fillText(words, from + 6, middle)
    } else if (alone(refresh, picture.refreshes, layout, from + wide + room + 12)) {
      context.fillStyle = palette.strong
      const right = from + wide + 6
      context.fillText(words, right + room < width ? right : from - room - 6, middle)
    }
    if (isChosen(picture.chosen, refresh)) ring(context, from, refreshTop, wide, refreshHeight, palette)
  }
}

function refreshWords(refresh: Refresh): string {
  switch (refresh.outcome) {
    case 'pending': return 'refreshing'
    case 'success': return 'refreshed'
    case 'failure': return refresh.status === null ? 'failed' : `failed · ${refresh.status}`
  }
}

/** Whether no other refresh begins where the words of this one would stand. */
function alone(refresh: Refresh, all: readonly Refresh[], layout: Layout, until: number): boolean {
  return !all.some((other) => other.id > refresh.id && xOf(layout, other.startedAt) < until)
}

function paintCalls(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, picture: Picture): void {
  const { view, lane } = layout
  const gap = lane >= 10 ? 3 : lane >= 5 ? 1.5 : 0.5
  const above = lane >= wordsFrom ? wordsHeight : 0
  const thick = Math.max(1.5, lane - gap - above)
  /** Where the words of each lane have ended so far. */
  const taken = new Map<number, number>()
  for (const call of picture.calls) {
    if (!onScreen(call, view)) continue
    const top = laneTop(layout, call.lane) + gap / 2 + above
    const left = xOf(layout, call.startedAt)
    let right = left
    for (const { phase, tone, from, to } of segments(call, picture.now)) {
      const x = xOf(layout, from)
      const wide = Math.max(phase === 'wait' ? 0 : thinnest, xOf(layout, to) - x)
      right = Math.max(right, x + wide)
      if (phase === 'wait') {
        const thin = Math.max(1.5, thick * 0.22)
        context.fillStyle = palette.tones.wait
        context.fillRect(x, top + (thick - thin) / 2, wide, thin)
      } else {
        bar(context, x, top, wide, thick, palette.tones[tone])
      }
    }
    if (call.outcome === 'aborted') stump(context, right, top, thick, palette.tones.aborted)
    if (call.outcome === 'failed') stump(context, right, top, thick, palette.tones.failed)
    if (isChosen(picture.chosen, call)) ring(context, left, top, right - left, thick, palette)
    if (above > 0 && left >= (taken.get(call.lane) ?? -Infinity)) {
      taken.set(call.lane, paintName(context, layout, palette, call, left, top))
    }
  }
}

/** Writes what was called above its bar; returns where the words end. */
function paintName(
  context: CanvasRenderingContext2D,
  layout: Layout,
  palette: Palette,
  call: Call,
  left: number,
  top: number,
): number {
  const words = `${call.method} ${call.path}`
  context.font = `11px ${palette.font}`
  context.fillStyle = palette.text
  context.textAlign = 'left'
  const room = context.measureText(words).width
  const from = Math.max(0, Math.min(left, layout.width - room))
  context.fillText(words, from, top - wordsHeight / 2)
  return from + room + 8
}

function paintMarkers(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, markers: readonly Marker[]): void {
  const visible = markers.filter(({ at }) => at >= layout.view.from && at <= layout.view.to)
  context.lineWidth = 1.5
  context.setLineDash([3, 3])
  for (const { at, kind } of visible) {
    const x = Math.round(xOf(layout, at)) + 0.5
    context.strokeStyle = palette.markers[kind]
    context.beginPath()
    context.moveTo(x, axisHeight)
    context.lineTo(x, layout.height)
    context.stroke()
  }
  context.setLineDash([])
  context.font = `600 10px ${palette.font}`
  let taken = -Infinity
  for (const { at, kind, label } of visible) {
    const x = Math.round(xOf(layout, at)) + 0.5
    const room = context.measureText(label).width + 10
    const left = Math.max(2, Math.min(x + 1, layout.width - room - 2))
    if (left < taken) continue
    taken = left + room
    context.fillStyle = palette.markers[kind]
    context.beginPath()
    context.roundRect(left, axisHeight + 2, room, 14, 4)
    context.fill()
    context.fillStyle = palette.surface
    context.textAlign = 'left'
    context.fillText(label, left + 5, axisHeight + 9.5)
  }
}

function paintNow(context: CanvasRenderingContext2D, layout: Layout, palette: Palette, now: number): void {
  context.fillStyle = palette.strong
  context.fillRect(Math.round(xOf(layout, now)), axisHeight - 6, 1.5, layout.height)
}

function bar(context: CanvasRenderingContext2D, x: number, y: number, wide: number, tall: number, color: string): void {
  context.fillStyle = color
  context.beginPath()
  context.roundRect(x, y, wide, tall, Math.min(3, wide / 2, tall / 2))
  context.fill()
}

/** The blunt end of what came to no answer. */
function stump(context: CanvasRenderingContext2D, x: number, y: number, tall: number, color: string): void {
  context.fillStyle = color
  context.fillRect(x - 1, y - 1, 3, tall + 2)
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, wide: number, tall: number, palette: Palette): void {
  context.strokeStyle = palette.strong
  context.lineWidth = 1.5
  context.beginPath()
  context.roundRect(x - 2.5, y - 2, wide + 5, tall + 4, 4)
  context.stroke()
}

function isChosen(chosen: Item | null, one: Call | Refresh): boolean {
  if (chosen === null) return false
  return chosen.type === 'call' ? chosen.call === one : chosen.refresh === one
}
