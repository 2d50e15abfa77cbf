import { start } from '#engine/plain'
import { publish } from './publish.js'

let engine

/** The engine is part of this text; where it is first used it gets its memory. */
function load() {
  return (engine ??= start())
}

export const { authedFetch, configure, createAuthClient, ready, client } = publish({ load })
export { AuthError } from '#engine/snippets/error.js'
/** For the entry of React Native alone. */
export { standInForDocument } from '#engine/snippets/platform.js'
