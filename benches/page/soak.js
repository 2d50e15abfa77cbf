import { bearer } from '../contestants/index.js'
import { perform, stub, unstub, wasmBytes } from './stage.js'

/** Requests that are sent at once; the token expires before each such burst. */
const BURST = 100

/**
 * `bursts` refreshes, each for 100 requests, over a stub that rotates refresh tokens and refuses every access token but
 * the last. Looks at the memory `points` times, after a collection.
 */
export async function soak({ origin, bursts, points }, { heap, collect }) {
  const server = rotating()
  const client = await perform(bearer, origin)
  stub(server.answer)
  const memory = []
  const look = async (calls) => {
    await collect()
    memory.push({ calls, heapBytes: heap(), wasmBytes: wasmBytes() })
  }
  const send = () => client.get(`${client.base}/api/1`)
  for (let burst = 1; burst <= bursts; burst++) {
    server.expire()
    const answers = await Promise.all(Array.from({ length: BURST }, send))
    const failed = answers.find(({ status }) => status !== 200)
    if (failed) throw new Error(`a call of burst ${burst} was answered ${failed.status}`)
    if (burst === 1 || burst % Math.ceil(bursts / points) === 0) await look(burst * BURST)
  }
  unstub()
  return { memory, calls: bursts * BURST, ...server.counts }
}

/** An authorization server and an API, as a `fetch`. */
function rotating() {
  const counts = { refreshes: 0, sends: 0, refreshTokensReused: 0 }
  let current
  let refreshToken
  return {
    counts,
    expire: () => (current = undefined),
    async answer(input, init) {
      const headers = new Headers(init?.headers ?? input.headers)
      if (!String(input.url ?? input).endsWith('/token')) {
        counts.sends += 1
        const isGood = current !== undefined && headers.get('authorization') === `Bearer ${current}`
        return new Response('{}', { status: isGood ? 200 : 401 })
      }
      const presented = new URLSearchParams(init.body).get('refresh_token')
      if (refreshToken !== undefined && presented !== refreshToken) counts.refreshTokensReused += 1
      counts.refreshes += 1
      current = `access-${counts.refreshes}`
      refreshToken = `refresh-${counts.refreshes}`
      return Response.json({ access_token: current, refresh_token: refreshToken, token_type: 'Bearer', expires_in: 3600 })
    },
  }
}
