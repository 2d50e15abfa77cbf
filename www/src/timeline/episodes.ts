/** A stretch of time in which something was under way, between two stretches in which nothing was. */
export interface Episode {
  readonly from: number
  readonly to: number
}

export interface Span {
  readonly startedAt: number
  readonly endedAt: number | null
}

/** Milliseconds of silence that end an episode. */
const silence = 1200

/** Spans in any order, merged; one that is still under way reaches to `now`. */
export function episodes(spans: Iterable<Span>, now: number): Episode[] {
  const sorted = [...spans].sort((a, b) => a.startedAt - b.startedAt)
  const found: { from: number; to: number }[] = []
  for (const { startedAt, endedAt } of sorted) {
    const to = endedAt ?? now
    const last = found.at(-1)
    if (last !== undefined && startedAt - last.to <= silence) last.to = Math.max(last.to, to)
    else found.push({ from: startedAt, to })
  }
  return found
}
