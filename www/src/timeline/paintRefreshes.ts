import { onScreen, refreshHeight, sectionsTop, xOf, type Layout, type Section } from './layout'
import type { Refresh } from './model'
import type { Palette } from './palette'
import { isChosen, thinnest, type Scene } from './scene'
import { bar, lozenge, ring } from './shapes'

/** From the middle of the diamond that stands for an adoption to its corners. */
const diamond = 6

/** While a tab asks the server, all tabs wait. */
export function paintVeils({ context, layout, palette, now }: Scene, { track }: Section): void {
  context.fillStyle = palette.veil
  for (const refresh of track.refreshes) {
    if (refresh.sentAt === null || !onScreen(refresh, layout.view)) continue
    const from = xOf(layout, refresh.startedAt)
    context.fillRect(from, sectionsTop - 2, xOf(layout, refresh.endedAt ?? now) - from, layout.height)
  }
}

/** Waits for the turn are thin, the request is a bar, and what another tab did is a diamond where it was taken over. */
export function paintRefreshes(scene: Scene, section: Section): void {
  const { context, layout, palette } = scene
  const { refreshes } = section.track
  const middle = section.top + refreshHeight / 2
  for (const refresh of refreshes) {
    if (!onScreen(refresh, layout.view)) continue
    const endedAt = refresh.endedAt ?? scene.now
    const from = xOf(layout, refresh.startedAt)
    const to = xOf(layout, endedAt)
    const sent = xOf(layout, refresh.sentAt ?? endedAt)
    context.fillStyle = palette.tones.wait
    context.fillRect(from, middle - 1.5, sent - from, 3)
    const adopted = refresh.outcome === 'adopted'
    const asked = refresh.sentAt !== null
    if (asked) bar(context, sent, section.top, Math.max(thinnest + 1, to - sent), refreshHeight, colorOf(refresh, palette))
    if (adopted) lozenge(context, to, middle, diamond, palette.adopted)
    const left = adopted ? to - diamond : sent
    const right = adopted ? to + diamond : Math.max(to, sent + thinnest + 1)
    paintWords(scene, refresh, refreshes, left, right, middle + 0.5)
    if (isChosen(scene, refresh)) {
      const start = Math.min(from, left)
      ring(context, start, section.top, right - start, refreshHeight, palette)
    }
  }
}

/** Within its bar where they fit, else beside it. */
function paintWords(
  { context, layout, palette }: Scene,
  refresh: Refresh,
  all: readonly Refresh[],
  left: number,
  right: number,
  middle: number,
): void {
  const words = wordsOf(refresh)
  context.font = `600 11px ${palette.font}`
  context.textAlign = 'left'
  const room = context.measureText(words).width
  if (room + 12 <= right - left) {
    context.fillStyle = palette.surface
    context.fillText(words, left + 6, middle)
  } else if (alone(refresh, all, layout, right + room + 12)) {
    context.fillStyle = palette.strong
    context.fillText(words, right + 6 + room < layout.width ? right + 6 : left - room - 6, middle)
  }
}

function colorOf(refresh: Refresh, palette: Palette): string {
  if (refresh.outcome === 'failure') return palette.refreshFailed
  return refresh.outcome === 'dropped' ? palette.tones.aborted : palette.refresh
}

function wordsOf(refresh: Refresh): string {
  switch (refresh.outcome) {
    case 'pending': return refresh.sentAt === null ? 'waits for its turn' : 'refreshing'
    case 'success': return 'refreshed'
    case 'adopted': return 'adopted'
    case 'dropped': return 'dropped'
    case 'failure': return refresh.status === null ? 'failed' : `failed · ${refresh.status}`
  }
}

/** Whether no other refresh begins where the words of this one would stand. */
function alone(refresh: Refresh, all: readonly Refresh[], layout: Layout, until: number): boolean {
  return !all.some((other) => other.id > refresh.id && xOf(layout, other.startedAt) < until)
}
