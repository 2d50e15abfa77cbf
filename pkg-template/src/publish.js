import { claim } from '#engine/snippets/platform.js'
import { createClient } from './client.js'

/** The public face over a way of loading the engine: `load()` gives it or throws, `wait()` waits for it. */
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
      await loader.wait?.()
      loader.load()
    },
  }
}
