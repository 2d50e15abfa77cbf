import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { authedFetch } from 'oauth-refresh-wasm'

export const apollo = new ApolloClient({
  link: new HttpLink({ uri: '/graphql', fetch: authedFetch }),
  cache: new InMemoryCache(),
})
