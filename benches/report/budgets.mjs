import { readFileSync } from 'node:fs'
import { OURS } from '../measures/names.mjs'

const budgets = JSON.parse(readFileSync(new URL('../budgets.json', import.meta.url)))

/** What a budget can be about: a figure of ours in a run, as a ratio or a count; nothing where it was not measured. */
const FIGURES = {
  'overhead of a GET in Chromium, of fetch-extras': ({ overhead }) => ofPeer(overhead?.result.chromium, 'fetch-extras'),
  'overhead of a GET in Node, of fetch-extras': ({ overhead }) => ofPeer(overhead?.result.node, 'fetch-extras'),
  'overhead of a GET in Chromium, of a loopback fetch': ({ overhead }) => ofLoopback(overhead?.result.chromium),
  'storm of 20, of the limit': ({ storm }) => storm?.result.chromium[20][OURS].ofLimit.median,
  'storm of 200, of the limit': ({ storm }) => storm?.result.chromium[200][OURS].ofLimit.median,
  'storm of 200, refreshes': ({ storm }) => storm && Number(storm.result.chromium[200][OURS].refreshes),
  'refreshes for a late 401': ({ job }) => job && job.result[OURS].late.refreshes - 1,
  'soak, wasm memory at the end, of that after 1 %': ({ soak }) => grown(soak?.result.chromium.memory, 'wasmBytes'),
  'soak, JavaScript heap at the end, of that after 1 %': ({ soak }) => grown(soak?.result.chromium.memory, 'heapBytes'),
  'soak, refresh tokens sent twice': ({ soak }) => soak?.result.chromium.refreshTokensReused,
}

// Before anything is measured, which takes minutes.
for (const name of Object.keys(budgets)) {
  if (!(name in FIGURES)) throw new Error(`benches/budgets.json: "${name}" is not a figure; there are ${Object.keys(FIGURES).join('; ')}.`)
}

const ofPeer = (where, peer) => where && where.stubbed.get.above[OURS].median / where.stubbed.get.above[peer].median
const ofLoopback = (where) => where && where.stubbed.get.above[OURS].median / where.loopback.get.bare.median
const grown = (memory, kind) => memory && memory.at(-1)[kind] / memory[1][kind]

/** Says how each budget was kept, and fails the program where one was not. */
export function check(parts) {
  console.log('\n== Budgets')
  for (const [name, { most }] of Object.entries(budgets)) {
    const figure = FIGURES[name](parts)
    if (figure === undefined) {
      console.log(`   not measured this time   ${name}`)
      continue
    }
    // A figure that is no number keeps no budget.
    const isKept = figure <= most
    console.log(`   ${isKept ? 'kept' : 'OVER'}   ${name}: ${Number(figure.toPrecision(3))}, at most ${most}`)
    if (!isKept) process.exitCode = 1
  }
}
