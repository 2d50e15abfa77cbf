import { bare, bearer, contestants, fetchExtras, ours } from '../contestants/index.js'
import { calibrate, time, turns } from './rounds.js'
import { answerAtOnce, perform, stub, unstub, wasmBytes } from './stage.js'

/** The size of a first crowd that is not counted. */
const WARM_UP = 10
const compared = [bare, ours, bearer, fetchExtras]

/**
 * Requests that meet an expired token and wait for one refresh, as many at once as `sizes` say: for each contestant
 * microseconds per request from the first call to the last answer, bytes of heap per request while all of them wait, and
 * what WebAssembly has grown by since the start, which it never gives back. Bare `fetch` holds its 401 and waits for the
 * same refresh, and asks again.
 */
export async function inFlight({ origin, sizes, rounds }, memory) {
  const clients = new Map()
  for (const contestant of compared) clients.set(contestant, await perform(contestant, origin))
  const wasmAtFirst = wasmBytes()
  for (const contestant of compared) await crowd(clients.get(contestant), contestant === bare, WARM_UP, memory)
  const figures = {}
  for (const size of sizes) {
    figures[size] = Object.fromEntries(compared.map(({ name }) => [name, []]))
    for (const { contestant } of turns(compared, rounds)) {
      const crowded = await crowd(clients.get(contestant), contestant === bare, size, memory)
      figures[size][contestant.name].push({ ...crowded, wasmPerCall: (wasmBytes() - wasmAtFirst) / size })
    }
  }
  return figures
}

async function crowd({ base, get }, isBare, size, { heap, collect }) {
  const server = holding(size)
  stub(server.answer)
  const byHand = async () => {
    const refused = await get(`${base}/api/1`)
    await server.refreshed
    return refused.status === 401 ? get(`${base}/api/1`) : refused
  }
  await collect()
  const before = heap()
  const start = performance.now()
  const calls = Array.from({ length: size }, isBare ? byHand : () => get(`${base}/api/1`))
  await server.allRefused
  await new Promise((resolve) => setTimeout(resolve))
  const waiting = performance.now()
  await collect()
  const heapPerCall = (heap() - before) / size
  const resumed = performance.now()
  server.refresh()
  for (const { status } of await Promise.all(calls)) if (status !== 200) throw new Error(`a request was answered ${status}`)
  const microseconds = (1000 * (performance.now() - resumed + waiting - start)) / size
  unstub()
  return { microseconds, heapPerCall }
}

/** Answers 401 until it is told to `refresh`; `allRefused` resolves when so many have been. */
function holding(size) {
  let refused = 0
  let allAre
  let refresh
  const allRefused = new Promise((resolve) => (allAre = resolve))
  const refreshed = new Promise((resolve) => (refresh = resolve))
  let isRefreshed = false
  const tokens = { access_token: 'next', refresh_token: 'next', token_type: 'Bearer', expires_in: 3600 }
  return {
    allRefused,
    refreshed,
    refresh() {
      isRefreshed = true
      refresh()
    },
    async answer(input) {
      if (/\/(token|refresh)$/.test(String(input.url ?? input))) {
        await refreshed
        return Response.json(tokens)
      }
      if (isRefreshed) return new Response('{}')
      if (++refused === size) allAre()
      return new Response('{}', { status: 401 })
    },
  }
}

/** Microseconds per call with so many patterns to exclude, none of which fits, over a stubbed `fetch`. */
export async function patterns({ origin, counts, rounds, slice }) {
  const playing = []
  const plain = await perform(bare, origin)
  playing.push({ name: 'none', call: () => plain.get(`${plain.base}/open`) })
  for (const count of counts) {
    const exclude = Array.from({ length: count }, (_, index) => `${origin || location.origin}/public/${index}/*`)
    const client = await perform(ours, origin, { exclude })
    playing.push({ name: `${count}`, call: () => client.get(`${client.base}/open`) })
  }
  stub(answerAtOnce)
  for (const one of playing) one.calls = await calibrate(one.call, slice, 100_000)
  const figures = Object.fromEntries(playing.map(({ name }) => [name, []]))
  for (const { contestant } of turns(playing, rounds)) {
    figures[contestant.name].push((1000 * (await time(contestant.call, contestant.calls))) / contestant.calls)
  }
  unstub()
  return figures
}

const CHANNEL = 'a bench of many tabs'

/** Lets this tab send a request over an expired token whenever it is told to, and tell what came of it. */
export async function joinTabs(name) {
  const { base, get } = await perform(contestants.find((contestant) => contestant.name === name), '')
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = async ({ data }) => {
    if (!data.go) return
    const { status } = await get(`${base}/api/1`)
    channel.postMessage({ status })
  }
  return base
}

/** Lets all other tabs send at once, and waits for the last answer: milliseconds, how often the server refreshed. */
export async function conduct(base, tabs, latency) {
  await fetch(`${base}/control/expire?latency=${latency}`, { method: 'POST' })
  const channel = new BroadcastChannel(CHANNEL)
  const statuses = {}
  let answered = 0
  const start = performance.now()
  await new Promise((resolve) => {
    channel.onmessage = ({ data: { status } }) => {
      statuses[status] = (statuses[status] ?? 0) + 1
      if (++answered === tabs) resolve()
    }
    channel.postMessage({ go: true })
  })
  const milliseconds = performance.now() - start
  channel.close()
  return { milliseconds, answers: statuses, ...(await (await fetch(`${base}/control/counts`)).json()) }
}
