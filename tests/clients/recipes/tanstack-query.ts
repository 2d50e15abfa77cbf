import { QueryClient } from '@tanstack/react-query'
import { authedFetch } from 'oauth-refresh-wasm'

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

export const note = (id: string) => ({
  queryKey: ['notes', id],
  queryFn: ({ signal }: { signal: AbortSignal }) => json(`/rest/notes/${id}`, { signal }),
})

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // By itself it would ask three more times after a 401.
      retry: (failures, error) => failures < 3 && !(error instanceof HttpError && error.status === 401),
    },
  },
})
