import { createTRPCClient, httpBatchStreamLink, httpLink, splitLink } from '@trpc/client'
import { authedFetch } from 'oauth-refresh-wasm'
import type { AppRouter } from '../server/trpc.mjs'

const options = { url: '/trpc', fetch: authedFetch }

export const trpc = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      // The head of a streamed answer is sent before there is an outcome: no cookie could be set.
      condition: ({ path }) => path === 'signIn',
      true: httpLink(options),
      false: httpBatchStreamLink(options),
    }),
  ],
})
