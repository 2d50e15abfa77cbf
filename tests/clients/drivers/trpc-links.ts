import { createTRPCClient, type HTTPLinkOptions, retryLink, type TRPCClient, type TRPCLink } from '@trpc/client'
import { authedFetch } from 'oauth-refresh-wasm'
import type { AppRouter } from '../server/trpc.mjs'
import type { Driver } from './driver.js'

type Link = (options: Pick<HTTPLinkOptions<any>, 'fetch'> & { url: string }) => TRPCLink<AppRouter>

/** The same for each of its links. */
export function over(trpc: TRPCClient<AppRouter>, link: Link): Driver {
  const insistent = createTRPCClient<AppRouter>({
    links: [
      retryLink({ retry: ({ attempts }) => attempts <= 3, retryDelayMs: () => 0 }),
      link({ url: '/trpc', fetch: authedFetch }),
    ],
  })
  return {
    signIn: (password) => trpc.signIn.mutate({ username: 'demo', password }),
    read: async (id, signal) => (await trpc.note.query(id, { signal })).text,
    add: async (text) => (await trpc.addNote.mutate(text)).text,
    status: (error) => error.data.httpStatus,
    isUnavailable: (error) => error.cause.code === 'refresh_unavailable',
    insist: async (id) => (await insistent.note.query(id)).text,
  }
}
