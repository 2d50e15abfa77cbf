import { contestants, named } from '../contestants/index.js'
import { perform } from './stage.js'

/** Milliseconds after which a call counts as never answered. */
const PATIENCE = 5000

/** What became of calls: how many of each status, or of what else came. */
export async function outcomes(calls) {
  const tally = {}
  for (const outcome of await Promise.all(calls.map(outcomeOf))) tally[outcome] = (tally[outcome] ?? 0) + 1
  return tally
}

function outcomeOf(call) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, 'no answer'))
  const settled = call.then(
    ({ status }) => status,
    (error) => error.response?.status ?? error.name,
  )
  return Promise.race([settled, late])
}

export const roster = () =>
  contestants.filter(({ onlyFor }) => !onlyFor || onlyFor.includes('job')).map(({ name }) => name)

/** The client that the scenes below play with. */
let client

/** Signs a contestant in; the server knows it by the name that this gives. */
export async function enter(name) {
  client = await perform(named(name), '')
  return client.base.slice(1)
}

export const burst = (calls, path = 'api') =>
  outcomes(Array.from({ length: calls }, (_, index) => client.get(`${client.base}/${path}/${index}`)))

/** Sends a request whose answer the server holds. */
export const begin = () => void (held = outcomes([client.get(`${client.base}/held/1`)]))
/** What became of it. */
export const finish = () => held
let held
