import { createTRPCClient, httpBatchLink, httpLink, splitLink } from '@trpc/client'
import { authedFetch } from 'oauth-refresh-wasm'
import type { AppRouter } from '../server/trpc.mjs'

const options = { url: '/trpc', fetch: authedFetch }

export const trpc = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      // Within a batch its URL would be another one, which `loginURL` does not name.
      condition: ({ path }) => path === 'signIn',
      true: httpLink(options),
      false: httpBatchLink(options),
    }),
  ],
})
