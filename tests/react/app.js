import { createElement as h } from 'react'
import { AuthProvider, useSession } from 'oauth-refresh-wasm/react'

/** What the server renders and the page hydrates. */
export const App = ({ client }) => h(AuthProvider, { client }, h(Status))

/** Shows the session; tells of each time it is rendered. */
export function Status({ name = 'status', onRender }) {
  const snapshot = useSession()
  onRender?.(snapshot)
  return h('p', { id: name }, `${snapshot.status} ${snapshot.generation} ${snapshot.expiresAt !== null}`)
}
