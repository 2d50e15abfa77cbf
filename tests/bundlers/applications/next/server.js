import { createAuthClient } from 'oauth-refresh-wasm'

const CALLS = 20

/** What a server does that calls an API of its own: many calls at once, to the origin that the request names. */
export async function POST(request) {
  const { origin } = await request.json()
  const client = createAuthClient({ baseURL: origin, refreshURL: `${origin}/auth/refresh` })
  const calls = Array.from({ length: CALLS }, (_, n) => client.fetch(`/api/items/${n}`))
  const answers = await Promise.all(calls)
  const { generation } = client.session
  client.dispose()
  return Response.json({ statuses: answers.map(({ status }) => status), generation })
}
