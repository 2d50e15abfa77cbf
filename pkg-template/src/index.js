import bytes from '#engine/bytes'
import { instantiate, unavailable } from './engine.js'
import { publish } from './publish.js'

let engine

/** Carries its engine in its own text, and loads it where it is first used: at once, so that no call is special. */
function load() {
  if (engine) return engine
  try {
    return (engine = instantiate(new WebAssembly.Module(bytes())))
  } catch (cause) {
    throw unavailable(cause)
  }
}

export const { authedFetch, configure, createAuthClient, ready, client } = publish({ load })
export { AuthError } from '#engine/snippets/error.js'
