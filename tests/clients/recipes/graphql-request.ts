import { GraphQLClient } from 'graphql-request'
import { authedFetch } from 'oauth-refresh-wasm'

export const graphql = new GraphQLClient(`${location.origin}/graphql`, { fetch: authedFetch })
