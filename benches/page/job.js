import { contestants, named } from '../contestants/index.js'
import { outcomes } from './outcomes.js'
import { isHere, perform } from './stage.js'

export const roster = () => contestants.filter((contestant) => isHere(contestant, 'job')).map(({ name }) => name)

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
