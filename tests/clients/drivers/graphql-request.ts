import { GraphQLClient } from 'graphql-request'
import { authedFetch } from 'oauth-refresh-wasm'
import { graphql } from '../recipes/graphql-request.js'
import { ADD_NOTE, NOTE, SIGN_IN } from './documents.js'
import type { Driver } from './driver.js'

const entrance = new GraphQLClient(`${location.origin}/graphql/sign-in`, { fetch: authedFetch })

export const driver: Driver = {
  signIn: (password) => entrance.request(SIGN_IN, { username: 'demo', password }),
  read: async (id, signal) =>
    (await graphql.request<any>({ document: NOTE, variables: { id }, signal })).note.text,
  add: async (text) => (await graphql.request<any>(ADD_NOTE, { text })).addNote.text,
  status: (error) => error.response.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
}
