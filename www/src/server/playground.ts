import { untappedFetch } from '../timeline/tap'

/** How the backend behaves; names, units and defaults are the backend's. */
export interface Switches {
  /** Seconds. */
  accessTokenSeconds: number
  refreshAnswer: string
  retryAfter: string | null
  refreshTimes: number | null
  /** Milliseconds. */
  refreshLatency: number
  /** Milliseconds. */
  apiLatency: number
  apiAlways401: boolean
  /** The `WWW-Authenticate` of the API's 401; `null` the correct one, `''` none. */
  challenge: string | null
  csp: string
  holdRefresh: boolean
}

/** What the backend has counted since it started or was told to begin again. */
export interface ServerCounters {
  apiRequests: number
  apiUnauthorized: number
  refreshes: number
  reuseDetected: number
}

/** The backend's controls. They need no session and are not drawn on the timeline. */
export const playground = {
  switches: () => ask<Switches>('GET', 'switches'),
  change: (changes: Partial<Switches>) => ask<Switches>('PATCH', 'switches', changes),
  reset: () => ask<Switches>('POST', 'switches/reset'),
  counters: () => ask<ServerCounters>('GET', 'counters'),
  /** Every access token expires now; the sessions live on. */
  expire: () => ask<unknown>('POST', 'expire'),
  /** The server forgets every session. */
  end: () => ask<unknown>('POST', 'end'),
}

async function ask<Answer>(method: string, name: string, body?: unknown): Promise<Answer> {
  const response = await untappedFetch(`/playground/${name}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(refusal(text) ?? `The backend answered ${response.status} to ${method} /playground/${name}.`)
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}

/** The sentence of a refusal, which names the switch and what it accepts. */
function refusal(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error_description?: string }).error_description
  } catch {
    return undefined
  }
}
