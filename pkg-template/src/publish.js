import { claim } from '#engine/snippets/platform.js'
import { createClient } from './client.js'

/**
 * The public face over a way of loading the engine: `load()` gives it or throws. Where it cannot give it at once, `wait()`
 * waits for it; where it can, `prepare()` makes that quicker, and never rejects.
 */
export function publish(loader) {
  const client = createClient(loader)
  const publicly = (made) => (claim(made.client.fetch), made.client)
  return {
    client: publicly(client),
    authedFetch: client.client.fetch,
    configure: (options) => (client.configure(options), client.client),
    createAuthClient: (options) => {
      const made = createClient(loader)
      made.configure(options)
      return publicly(made)
    },
    ready: async () => {
      await (loader.wait ?? loader.prepare)?.()
      loader.load()
    },
  }
}
