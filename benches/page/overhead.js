import { contestants } from '../contestants/index.js'
import { read } from './outcomes.js'
import { calibrate, time, turns } from './rounds.js'
import { answerAtOnce, isHere, perform, stub, unstub } from './stage.js'

const JSON_BODY = { id: 7, name: 'a name', tags: ['one', 'two'], nested: { flag: true } }

/** The calls that are measured; each makes a function without arguments of a client. */
const CASES = {
  get: ({ get }, url) => () => get(url),
  json: ({ post }, url) => () => post(url, JSON_BODY),
  request: ({ request }, url) => () => request(new Request(url)),
  interceptors: ({ get }, url) => () => get(url),
  busy: ({ post }, url) => () => post(url, JSON_BODY),
}
/** Calls after which what is compiled as it is used has been. */
const WARM_UP = 300
const intercepted = ['interceptors', 'busy']

/** The contestants of a case with the call of each. */
async function callsOf(name, { origin, stubbed }) {
  const there = contestants.filter((contestant) => isHere(contestant, 'overhead') && !contestant.lacks?.includes(name))
  const calls = []
  for (const contestant of there) {
    const client = await perform(contestant, origin, { stubbed, interceptors: intercepted.includes(name) })
    calls.push({ name: contestant.name, call: CASES[name](client, `${client.base}/open`) })
  }
  return calls
}

/**
 * Microseconds per call over a stubbed `fetch`: for each case and contestant a list with one figure for each round.
 * A turn lasts `slice` milliseconds.
 */
export async function stubbed({ origin, cases, rounds, slice }) {
  const figures = {}
  for (const name of cases) {
    const playing = await callsOf(name, { origin, stubbed: true })
    stub(answerAtOnce)
    for (const one of playing) one.calls = await calibrate(one.call, slice, 100_000)
    figures[name] = Object.fromEntries(playing.map(({ name }) => [name, []]))
    for (const { contestant } of turns(playing, rounds)) {
      figures[name][contestant.name].push((1000 * (await time(contestant.call, contestant.calls))) / contestant.calls)
    }
    unstub()
  }
  return figures
}

/** The same over the network of this machine, where a turn is one call after the other, `calls` of them. */
export async function loopback({ origin, cases, rounds, calls }) {
  const figures = {}
  for (const name of cases) {
    const playing = await callsOf(name, { origin, stubbed: false })
    for (const one of playing) {
      const { call } = one
      one.call = async () => read(await call())
      await time(one.call, WARM_UP)
    }
    figures[name] = Object.fromEntries(playing.map(({ name }) => [name, []]))
    for (const { contestant } of turns(playing, rounds)) {
      figures[name][contestant.name].push((1000 * (await time(contestant.call, calls))) / calls)
    }
  }
  return figures
}

/** Bytes of the JavaScript heap that a call takes, over a stubbed `fetch`; `heap` tells its size. Takes a heap that is not
 * collected meanwhile. */
export async function allocations({ origin, cases, rounds, calls }, { heap, collect }) {
  const figures = {}
  for (const name of cases) {
    const playing = await callsOf(name, { origin, stubbed: true })
    stub(answerAtOnce)
    for (const { call } of playing) await time(call, 10 * WARM_UP)
    figures[name] = Object.fromEntries(playing.map(({ name }) => [name, []]))
    for (const { contestant } of turns(playing, rounds)) {
      await collect()
      const before = heap()
      await time(contestant.call, calls)
      figures[name][contestant.name].push((heap() - before) / calls)
    }
    unstub()
  }
  return figures
}
