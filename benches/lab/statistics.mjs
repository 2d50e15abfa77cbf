/** The middle of some figures. */
export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The median and the median distance from it, with how many figures there were. */
export function summary(figures) {
  const center = median(figures)
  return { median: center, spread: median(figures.map((figure) => Math.abs(figure - center))), rounds: figures.length }
}

/** Round by round what `figures` have on top of `reference`. */
export const above = (figures, reference) => figures.map((figure, round) => figure - reference[round])
