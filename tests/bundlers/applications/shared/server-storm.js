import { createAuthClient } from 'oauth-refresh-wasm'

const CALLS = 20

/** What a server does that calls an API of its own, many times at once; tells how each call ended. */
export async function serverStorm(origin) {
  const client = createAuthClient({ baseURL: origin, refreshURL: `${origin}/auth/refresh` })
  const calls = Array.from({ length: CALLS }, (_, n) => client.fetch(`/api/items/${n}`))
  const answers = await Promise.all(calls)
  const { generation } = client.session
  client.dispose()
  return { statuses: answers.map(({ status }) => status), generation }
}
