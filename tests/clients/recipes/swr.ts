import { authedFetch } from 'oauth-refresh-wasm'
import type { SWRConfiguration } from 'swr'

export class HttpError extends Error {
  constructor(readonly status: number) {
    super(`The server answered ${status}`)
  }
}

export async function json(url: string, init?: RequestInit) {
  const response = await authedFetch(url, init)
  if (!response.ok) throw new HttpError(response.status)
  return response.json()
}

/** For `<SWRConfig value={swr}>`. */
export const swr: SWRConfiguration = {
  fetcher: (url: string) => json(url),
  // By itself it would ask again after a 401.
  shouldRetryOnError: (error) => !(error instanceof HttpError && error.status === 401),
}
