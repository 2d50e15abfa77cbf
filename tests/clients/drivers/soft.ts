import { createTRPCClient, httpBatchStreamLink } from '@trpc/client'
import { GraphQLClient } from 'graphql-request'
import { authedFetch } from 'oauth-refresh-wasm'
import type { AppRouter } from '../server/trpc.mjs'
import { NOTE } from './documents.js'

const graphql = new GraphQLClient(`${location.origin}/graphql/soft`, { fetch: authedFetch })
const trpc = createTRPCClient<AppRouter>({ links: [httpBatchStreamLink({ url: '/trpc/soft', fetch: authedFetch })] })

/** Servers whose refusal is an answer 200, and what the clients make of that. */
export const soft = {
  graphql: async () => (await graphql.request<any>(NOTE, { id: '1' })).note.text,
  trpc: async () => (await trpc.note.query('1')).text,
}
