import { readFileSync } from 'node:fs'
import { OURS, OURS_BEARER } from '../measures/names.mjs'

const budgets = JSON.parse(readFileSync(new URL('../budgets.json', import.meta.url)))

/** What a budget can be about, by the measurement that it is of: a figure of ours in a run, as a ratio or a count. */
const FIGURES = {
  'overhead of a GET in Chromium, of fetch-extras': { overhead: ({ chromium }) => ofPeer(chromium, 'fetch-extras') },
  'overhead of a GET in Node, of fetch-extras': { overhead: ({ node }) => ofPeer(node, 'fetch-extras') },
  "overhead of 3 interceptors and JSON in Chromium (bearer), of fetch-extras' GET": { overhead: ({ chromium }) => ofBarePath(chromium) },
  'overhead of a GET in Chromium, of a loopback fetch': { overhead: ({ chromium }) => ofLoopback(chromium) },
  'storm of 20, of the limit': { storm: ({ chromium }) => chromium[20][OURS].ofLimit.median },
  'storm of 200, of the limit': { storm: ({ chromium }) => chromium[200][OURS].ofLimit.median },
  'storm of 200, refreshes': { storm: ({ chromium }) => Number(chromium[200][OURS].refreshes) },
  'refreshes for a late 401': { job: ({ [OURS]: { late } }) => late.refreshes - 1 },
  'soak, wasm memory at the end, of that after 1 %': { soak: ({ chromium }) => grown(chromium.memory, 'wasmBytes') },
  'soak, JavaScript heap at the end, of that after 1 %': { soak: ({ chromium }) => grown(chromium.memory, 'heapBytes') },
  'soak, refresh tokens sent twice': { soak: ({ chromium }) => chromium.refreshTokensReused },
}

// Before anything is measured, which takes minutes.
for (const name of Object.keys(budgets)) {
  if (!(name in FIGURES)) throw new Error(`benches/budgets.json: "${name}" is not a figure; there are ${Object.keys(FIGURES).join('; ')}.`)
}

const ofPeer = (where, peer) => where.stubbed.get.above[OURS].median / where.stubbed.get.above[peer].median
const ofBarePath = ({ stubbed: { busy, get } }) => busy.above[OURS_BEARER].median / get.above['fetch-extras'].median
const ofLoopback = (where) => where.stubbed.get.above[OURS].median / where.loopback.get.bare.median
const grown = (memory, kind) => memory.at(-1)[kind] / memory[1][kind]

const measurementOf = (name) => Object.keys(FIGURES[name])[0]

/** The measurements that the budgets are about. */
export const budgeted = [...new Set(Object.keys(budgets).map(measurementOf))]

/** Says how each budget was kept, and fails the program where one was not. */
export function check(parts) {
  console.log('\n== Budgets')
  for (const [name, { most }] of Object.entries(budgets)) {
    const part = parts[measurementOf(name)]
    if (part === undefined) {
      console.log(`   not measured this time   ${name}`)
      continue
    }
    const figure = FIGURES[name][measurementOf(name)](part.result)
    // A figure that is no number keeps no budget.
    const isKept = figure <= most
    console.log(`   ${isKept ? 'kept' : 'OVER'}   ${name}: ${Number(figure.toPrecision(3))}, at most ${most}`)
    if (!isKept) process.exitCode = 1
  }
}
