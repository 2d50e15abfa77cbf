/** Puts spans into as few rows as possible without two of them touching in one. */
export class Lanes {
  /** When each lane is free again; `Infinity` while its last span is under way. */
  readonly #freeAt: number[] = []
  readonly #gap: number

  /** `gap`: milliseconds to leave between two spans of one lane. */
  constructor(gap = 0) {
    this.#gap = gap
  }

  /** The lowest lane that is free at `startedAt`. Spans must come in the order in which they start. */
  take(startedAt: number): number {
    const free = this.#freeAt.findIndex((freeAt) => freeAt <= startedAt)
    const lane = free === -1 ? this.#freeAt.length : free
    this.#freeAt[lane] = Infinity
    return lane
  }

  release(lane: number, endedAt: number): void {
    this.#freeAt[lane] = endedAt + this.#gap
  }
}
