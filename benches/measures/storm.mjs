import { summary } from '../lab/statistics.mjs'
import { counted } from './job.mjs'
import { BARE } from './overhead.mjs'

/** Many requests at once over an expired token. */
export const title = 'A storm of 401s'

/** Milliseconds that a refresh takes. */
const LATENCY = 50
const SIZES = [20, 200, 2000]

export async function measure({ server, openPage }, quick) {
  const { page } = await openPage('/bench.html', 'seeing memory')
  const playing = await page.run(() => bench.storm.gather())
  for (const { player } of playing) server.player(player).latency = LATENCY
  const results = {}
  for (const size of SIZES) {
    const rounds = quick ? 2 : size > 1000 ? 7 : 15
    const seen = Object.fromEntries(playing.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++) {
      for (const { name, player } of rotated(playing, round)) {
        const judge = server.player(player)
        judge.expire()
        judge.forget()
        const storm = await page.run((name, size) => bench.storm.storm(name, size, bench.memory), name, size)
        seen[name].push({ ...storm, ...judge.counts })
      }
    }
    const limits = seen[BARE]
    results[size] = Object.fromEntries(Object.entries(seen).map(([name, storms]) => [name, digest(storms, limits)]))
  }
  return results
}

const rotated = (list, by) => list.map((_, index) => list[(index + by) % list.length])

/** What came of all rounds; a storm that went differently from the others shows in the ranges. */
function digest(storms, limits) {
  const ofLimit = storms.map(({ milliseconds }, round) => milliseconds / limits[round].milliseconds)
  return {
    answers: counted(merged(storms.map(({ answers }) => answers))),
    refreshes: range(storms.map(({ refreshes }) => refreshes)),
    refreshTokensReused: range(storms.map(({ refreshTokensReused }) => refreshTokensReused)),
    milliseconds: summary(storms.map(({ milliseconds }) => milliseconds)),
    ofLimit: summary(ofLimit),
    heapPerCall: summary(storms.map(({ heapPerCall }) => heapPerCall)),
    wasmBytes: Math.max(...storms.map(({ wasmBytes }) => wasmBytes)),
  }
}

function merged(tallies) {
  const sum = {}
  for (const tally of tallies) for (const [answer, count] of Object.entries(tally)) sum[answer] = (sum[answer] ?? 0) + count
  return sum
}

function range(figures) {
  const [least, most] = [Math.min(...figures), Math.max(...figures)]
  return least === most ? `${least}` : `${least} to ${most}`
}

export function tables(results) {
  return Object.entries(results).map(([size, contestants]) => ({
    title: `${size} requests over an expired token, a refresh of ${LATENCY} ms; the limit is bare fetch: all of them, the refresh, all of them again`,
    columns: ['', 'answers', 'refreshes', 'tokens sent twice', 'last answer, of the limit', 'ms', 'heap per call, bytes', 'wasm, kB'],
    rows: Object.entries(contestants).map(([name, seen]) => [
      name === BARE ? 'limit' : name,
      seen.answers,
      seen.refreshes,
      seen.refreshTokensReused,
      name === BARE ? '1' : `${seen.ofLimit.median.toFixed(2)} ± ${seen.ofLimit.spread.toFixed(2)}`,
      `${seen.milliseconds.median.toFixed(0)} ± ${seen.milliseconds.spread.toFixed(0)}`,
      seen.heapPerCall.median.toFixed(0),
      seen.wasmBytes > 0 ? (seen.wasmBytes / 1024).toFixed(0) : '',
    ]),
  }))
}
