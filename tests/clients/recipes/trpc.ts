import { createTRPCClient, httpLink } from '@trpc/client'
import { authedFetch } from 'oauth-refresh-wasm'
import type { AppRouter } from '../server/trpc.mjs'

export const trpc = createTRPCClient<AppRouter>({
  links: [httpLink({ url: '/trpc', fetch: authedFetch })],
})
