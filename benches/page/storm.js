import { bare, contestants, ours } from '../contestants/index.js'
import { outcomes } from './job.js'
import { perform, wasmBytes } from './stage.js'

let clients

/** Signs everybody in; gives the names by which they are known, and by which the server knows them. */
export async function gather() {
  const playing = contestants.filter(({ onlyFor }) => !onlyFor || onlyFor.includes('storm'))
  clients = new Map()
  for (const contestant of playing) clients.set(contestant.name, await perform(contestant, ''))
  return [...clients].map(([name, { base }]) => ({ name, player: base.slice(1) }))
}

/**
 * `size` requests at once. Tells after how many milliseconds the last caller had an answer, what they had, and the bytes
 * of heap that were allocated for each. Bare `fetch` is conducted by hand: all of them, a refresh, and all of them again,
 * which is what the others are measured by.
 */
export async function storm(name, size, { heap, collect }) {
  const client = clients.get(name)
  const send = () => outcomes(Array.from({ length: size }, (_, index) => client.get(`${client.base}/api/${index}`)))
  await collect()
  const before = heap()
  const start = performance.now()
  let answers = await send()
  if (name === bare.name) {
    await fetch(`${client.base}/auth/refresh`, { method: 'POST' })
    answers = await send()
  }
  const milliseconds = performance.now() - start
  return { milliseconds, answers, heapPerCall: (heap() - before) / size, wasmBytes: name === ours.name ? wasmBytes() : 0 }
}
