import bytes from '#engine/bytes'
import { loading } from './engine.js'
import { publish } from './publish.js'

/** Carries its engine in its own text, and loads it where it is first used: at once, so that no call is special. */
const load = loading(() => new WebAssembly.Module(bytes()))

export const { authedFetch, configure, createAuthClient, ready, client } = publish({ load })
export { AuthError } from '#engine/snippets/error.js'
