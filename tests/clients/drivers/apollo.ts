import { ApolloClient, ApolloLink, gql, InMemoryCache } from '@apollo/client'
import { RetryLink } from '@apollo/client/link/retry'
import { apollo } from '../recipes/apollo.js'
import { ADD_NOTE, NOTE, SIGN_IN } from './documents.js'
import type { Driver } from './driver.js'

const insistent = new ApolloClient({
  link: ApolloLink.from([new RetryLink({ delay: { initial: 0 }, attempts: { max: 4 } }), apollo.link]),
  cache: new InMemoryCache(),
})

const read = async (client: ApolloClient, id: string, signal?: AbortSignal) => {
  const context = { fetchOptions: { signal } }
  return (await client.query<any>({ query: gql(NOTE), variables: { id }, context })).data.note.text
}

export const driver: Driver = {
  signIn: (password) =>
    apollo.mutate({
      mutation: gql(SIGN_IN),
      variables: { username: 'demo', password },
      context: { uri: '/graphql/sign-in' },
    }),
  read: (id, signal) => read(apollo, id, signal),
  add: async (text) =>
    (await apollo.mutate<any>({ mutation: gql(ADD_NOTE), variables: { text } })).data.addNote.text,
  status: (error) => error.statusCode,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
  insist: (id) => read(insistent, id),
}
