// Imported before anything else: whoever keeps the platform's fetch keeps one that can be stubbed.

const platform = globalThis.fetch.bind(globalThis)
let current = platform

globalThis.fetch = function fetch(input, init) {
  return current(input, init)
}

/** Lets `fetch` be another function until it is {@link unstub}bed. */
export const stub = (answer) => (current = answer)
export const unstub = () => (current = platform)

/** Answers at once. */
export const answerAtOnce = () => Promise.resolve(new Response('{}'))

/** Memory of the engine in bytes: all that WebAssembly modules of this realm have. */
export const wasmBytes = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0)
const memories = []

const { Instance } = WebAssembly
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, given) {
    const instance = new target(...given)
    memories.push(...Object.values(instance.exports).filter((value) => value instanceof WebAssembly.Memory))
    return instance
  },
})

const isPage = globalThis.document !== undefined

/** Whether a contestant can run in this environment, and takes part in a measurement. */
export function isHere({ onlyIn, byCookies, onlyFor }, measurement) {
  if (!isPage && (onlyIn === 'browser' || (byCookies && measurement === 'storm'))) return false
  return onlyFor?.includes(measurement) ?? true
}

/** A client of a contestant, signed in. `origin` is empty in a page, whose addresses are relative. */
export async function perform(contestant, origin, options = {}) {
  const base = `${origin}/${contestant.name.replace(/[^\w]+/g, '-')}`
  const answer = await platform(`${base}/auth/login`, { method: 'POST' })
  const stage = { origin: origin || globalThis.location.origin, base, tokens: await answer.json(), ...options }
  const client = contestant.create(stage)
  await client.post(`${base}/auth/login`, {})
  return { ...client, base, name: contestant.name }
}
