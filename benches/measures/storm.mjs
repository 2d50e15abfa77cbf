import { inNode, ROOMY } from '../lab/node.mjs'
import { summary } from '../lab/statistics.mjs'
import { counted } from './job.mjs'
import { BARE } from './names.mjs'

/** Many requests at once over an expired token. */
export const title = 'A storm of 401s'
export const method = `All requests are sent in the same moment, over a token that the server refuses since then and whose expiry the client
does not know of. Bodies are read.`

/** Milliseconds that a refresh takes. */
const LATENCY = 50
/**
 * Chromium refuses what goes beyond some 1,350 requests from one page, and a 401 whose body nobody reads counts as one
 * until it is collected; Node has no such limit.
 */
const SIZES = { chromium: [20, 200, 600], node: [2000] }
const QUICK_SIZES = { chromium: [20, 200], node: [200] }

export async function measure({ server, bundles, openPage }, quick) {
  const given = { rounds: quick ? 2 : 9, latency: LATENCY }
  const sizes = quick ? QUICK_SIZES : SIZES
  const { page } = await openPage('/bench.html', 'seeing memory')
  const inChromium = { ...given, origin: '', sizes: sizes.chromium }
  const chromium = await page.run((given) => bench.storm.storms(given, bench.memory), inChromium)
  const node = await inNode(bundles.node, 'storm', 'storms', { ...given, origin: server.origin, sizes: sizes.node }, ROOMY)
  return { chromium: bySize(chromium), node: bySize(node) }
}

function bySize(seen) {
  const digested = Object.entries(seen).map(([size, contestants]) => {
    const limits = contestants[BARE]
    return [size, Object.fromEntries(Object.entries(contestants).map(([name, storms]) => [name, digest(storms, limits)]))]
  })
  return Object.fromEntries(digested)
}

/** What came of all rounds; a storm that went differently from the others shows in the ranges. */
function digest(storms, limits) {
  const ofLimit = storms.map(({ milliseconds, round }) => milliseconds / limits[round].milliseconds)
  return {
    answers: counted(merged(storms.map(({ answers }) => answers))),
    refreshes: range(storms.map(({ refreshes }) => refreshes)),
    refreshTokensReused: range(storms.map(({ refreshTokensReused }) => refreshTokensReused)),
    milliseconds: summary(storms.map(({ milliseconds }) => milliseconds)),
    ofLimit: summary(ofLimit),
    heapPerCall: summary(storms.map(({ heapPerCall }) => heapPerCall)),
    wasmBytes: Math.max(...storms.map(({ wasmBytes = 0 }) => wasmBytes)),
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

export const tables = ({ chromium, node }) => [...tablesOf(chromium), ...tablesOf(node, ', in Node')]

function tablesOf(sizes, where = '') {
  return Object.entries(sizes).map(([size, contestants]) => ({
    title: `${size} requests over an expired token${where}`,
    note: `A refresh takes ${LATENCY} ms. The limit is bare fetch: all of them, the refresh, all of them again.`,
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
