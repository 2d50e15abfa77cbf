import { cacheExchange, Client, fetchExchange } from '@urql/core'
import { authedFetch } from 'oauth-refresh-wasm'

export const urql = new Client({
  url: '/graphql',
  exchanges: [cacheExchange, fetchExchange],
  fetch: authedFetch,
})
