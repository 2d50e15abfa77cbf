/**
 * Takes turns: each contestant in each round, in an order that chance makes anew, so that none has the quiet moments
 * alone, or always cleans up after the same other.
 */
export function* turns(contestants, rounds) {
  for (let round = 0; round < rounds; round++) for (const contestant of shuffled(contestants)) yield { round, contestant }
}

/** In an order made by chance. */
export function shuffled(list) {
  const cards = [...list]
  for (let left = cards.length; left > 1; left--) {
    const drawn = Math.floor(Math.random() * left)
    ;[cards[left - 1], cards[drawn]] = [cards[drawn], cards[left - 1]]
  }
  return cards
}

/** Milliseconds that `calls` calls take, one after the other; every one of them has to be answered 200. */
export async function time(call, calls) {
  let sum = 0
  const start = performance.now()
  for (let index = 0; index < calls; index++) sum += (await call()).status
  const took = performance.now() - start
  if (sum !== 200 * calls) throw new Error(`${calls} calls were answered ${sum / calls} on average, not 200: ${call}`)
  return took
}

/** So many calls that they take about as many milliseconds, once they are warm. */
export async function calibrate(call, milliseconds, most) {
  for (let calls = 50; ; calls *= 3) {
    const took = await time(call, calls)
    if (took > milliseconds / 3 || calls > most) return Math.max(1, Math.min(most, Math.round((calls * milliseconds) / took)))
  }
}
