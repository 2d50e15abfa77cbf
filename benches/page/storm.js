import { bare, contestants, ours } from '../contestants/index.js'
import { NO_ANSWER, outcomes } from './outcomes.js'
import { turns } from './rounds.js'
import { isHere, perform, wasmBytes } from './stage.js'

/** Milliseconds after which a storm is none that one waits for again. */
const PATIENCE = 10_000
/** The size of a first storm that is not counted. */
const WARM_UP = 20

/** Storms of each size, everybody in turn: what `storm` tells of each, by size and contestant. */
export async function storms({ origin, sizes, rounds, latency }, memory) {
  const playing = contestants.filter((contestant) => isHere(contestant, 'storm'))
  const clients = new Map()
  for (const contestant of playing) clients.set(contestant.name, await perform(contestant, origin))
  for (const client of clients.values()) await storm(client, WARM_UP, 0, memory)
  const seen = {}
  for (const size of sizes) {
    seen[size] = Object.fromEntries(playing.map(({ name }) => [name, []]))
    for (const { round, contestant } of turns(playing, rounds)) {
      const before = seen[size][contestant.name]
      if (before.some(({ milliseconds, answers }) => milliseconds > PATIENCE || NO_ANSWER in answers)) continue
      before.push({ round, ...(await storm(clients.get(contestant.name), size, latency, memory)) })
    }
  }
  return seen
}

/**
 * `size` requests at once over a token that has just expired. Tells after how many milliseconds the last caller had an
 * answer, what they had, the bytes of heap that were allocated for each, and what the server counted. Bare `fetch` is
 * conducted by hand: all of them, a refresh, and all of them again, which is what the others are measured by.
 */
async function storm({ name, base, get }, size, latency, { heap, collect }) {
  const send = (init) => outcomes(Array.from({ length: size }, (_, index) => get(`${base}/api/${index}`, init)))
  // Some leave bodies unread, which occupy connections until they are collected.
  await collect()
  await fetch(`${base}/control/expire?latency=${latency}`, { method: 'POST' })
  const before = heap()
  const start = performance.now()
  let answers = await send()
  if (name === bare.name) {
    const refreshed = await (await fetch(`${base}/auth/refresh`, { method: 'POST' })).json()
    answers = await send({ headers: { authorization: `Bearer ${refreshed.access_token}` } })
  }
  const milliseconds = performance.now() - start
  const heapPerCall = (heap() - before) / size
  await collect()
  const counted = await (await fetch(`${base}/control/counts`)).json()
  return { milliseconds, answers, heapPerCall, ...counted, ...(name === ours.name && { wasmBytes: wasmBytes() }) }
}
