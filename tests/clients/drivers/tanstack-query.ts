import { MutationObserver, QueryClient, QueryObserver } from '@tanstack/react-query'
import { json, note, queryClient } from '../recipes/tanstack-query.js'
import type { Driver } from './driver.js'

const insistent = new QueryClient({ defaultOptions: { queries: { retry: 3, retryDelay: 0 } } })

/** As `useMutation` does it. */
const mutate = (url: string, body: object) =>
  new MutationObserver(queryClient, {
    mutationFn: () =>
      json(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).mutate()

/** As `useQuery` does it. Giving up is canceling the query. */
const read = (client: QueryClient, id: string, signal?: AbortSignal) =>
  new Promise<string>((resolve, reject) => {
    const unsubscribe = new QueryObserver(client, note(id)).subscribe(({ data, error, fetchStatus }) => {
      if (data) settle(() => resolve(data.text))
      else if (error) settle(() => reject(error))
      else if (signal?.aborted && fetchStatus === 'idle') settle(() => reject({ name: 'canceled' }))
    })
    const settle = (tell: () => void) => {
      unsubscribe()
      tell()
    }
    signal?.addEventListener('abort', () => client.cancelQueries({ queryKey: note(id).queryKey }))
  })

export const driver: Driver = {
  signIn: (password) => mutate('/auth/login', { username: 'demo', password }),
  read: (id, signal) => read(queryClient, id, signal),
  add: async (text) => (await mutate('/rest/notes', { text })).text,
  status: (error) => error.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
  insist: (id) => read(insistent, id),
}
