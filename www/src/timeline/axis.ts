/** The distance between two ticks: 1, 2 or 5 times a power of ten, so that at most `most` of them fit into `span`. */
export function tickStep(span: number, most: number): number {
  const least = span / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10
  return factor * power
}

/** Milliseconds as a person reads them: `7 ms`, `0.4 ms`, `1.25 s`, `2 min`. */
export function milliseconds(value: number): string {
  const size = Math.abs(value)
  if (size >= 60_000) return `${trim(value / 60_000, 1)} min`
  if (size >= 1000) return `${trim(value / 1000, 2)} s`
  return `${trim(value, size < 1 ? 2 : size < 10 ? 1 : 0)} ms`
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}
