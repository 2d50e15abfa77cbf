import { laneTop, onScreen, xOf, type Section } from './layout'
import type { Call } from './model'
import { isChosen, thinnest, type Scene } from './scene'
import { segments } from './segments'
import { bar, ring, stump } from './shapes'

/** Lanes lower than this have no room for words above their bar. */
const wordsFrom = 26

const wordsHeight = 15

/** A bar for each call: its sends and, thin, its waits. */
export function paintCalls(scene: Scene, section: Section): void {
  const { context, layout, palette } = scene
  const { view, lane } = layout
  const gap = lane >= 10 ? 3 : lane >= 5 ? 1.5 : 0.5
  const above = lane >= wordsFrom ? wordsHeight : 0
  const thick = Math.max(1.5, lane - gap - above)
  /** Where the words of each lane have ended so far. */
  const taken = new Map<number, number>()
  for (const call of section.track.calls) {
    if (!onScreen(call, view)) continue
    const top = laneTop(layout, section, call.lane) + gap / 2 + above
    const left = xOf(layout, call.startedAt)
    let right = left
    for (const { phase, tone, from, to } of segments(call, scene.now)) {
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
    if (isChosen(scene, call)) ring(context, left, top, right - left, thick, palette)
    if (above > 0 && left >= (taken.get(call.lane) ?? -Infinity)) {
      taken.set(call.lane, paintName(scene, call, left, top))
    }
  }
}

/** Writes what was called above its bar; returns where the words end. */
function paintName({ context, layout, palette }: Scene, call: Call, left: number, top: number): number {
  const words = `${call.method} ${call.path}`
  context.font = `11px ${palette.font}`
  context.fillStyle = palette.text
  context.textAlign = 'left'
  const room = context.measureText(words).width
  const from = Math.max(layout.gutter, Math.min(left, layout.width - room))
  context.fillText(words, from, top - wordsHeight / 2)
  return from + room + 8
}
