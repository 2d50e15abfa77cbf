import type { Episode } from './episodes.ts'

/** The stretch of time that is on screen. */
export interface View {
  readonly from: number
  readonly to: number
  /** What the axis counts from. */
  readonly origin: number
}

/** `follow`: the latest burst. `live`: the last seconds, rolling. A number: that episode, from 0. */
export type Mode = 'follow' | 'live' | number

/** Milliseconds that the rolling view shows. */
export const liveSpan = 15_000

/** While a burst is under way the view grows by steps, so that time is seen to run. Milliseconds. */
const growth = [250, 500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000, 120_000]

/** A lone request of two milliseconds is not blown up to the whole width. Milliseconds. */
const narrowest = 24

export function viewOf(mode: Mode, all: readonly Episode[], active: boolean, now: number): View | null {
  if (mode === 'live') return { from: now - liveSpan, to: now + liveSpan * 0.02, origin: now }
  const episode = mode === 'follow' ? all.at(-1) : all[mode]
  if (episode === undefined) return null
  const underWay = active && episode === all.at(-1)
  const span = underWay ? grown(now - episode.from) : Math.max(narrowest, episode.to - episode.from)
  return { from: episode.from - span * 0.035, to: episode.from + span * 1.06, origin: episode.from }
}

/** Between two views, `share` of the way; the axis counts from where the target says. */
export function between(current: View, target: View, share: number): View {
  const from = current.from + (target.from - current.from) * share
  const to = current.to + (target.to - current.to) * share
  return { from, to, origin: target.origin }
}

/** Whether two views look the same at `width` pixels. */
export function sameOnScreen(a: View, b: View, width: number): boolean {
  const half = (b.to - b.from) / width / 2
  return Math.abs(a.from - b.from) < half && Math.abs(a.to - b.to) < half
}

function grown(elapsed: number): number {
  return growth.find((step) => step >= elapsed * 1.08) ?? elapsed * 1.08
}
