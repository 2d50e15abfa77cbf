import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query'
import { authedFetch } from 'oauth-refresh-wasm'

export const api = createApi({
  baseQuery: fetchBaseQuery({ baseUrl: '/', fetchFn: authedFetch }),
  endpoints: (build) => ({
    note: build.query<{ id: string; text: string }, string>({ query: (id) => `rest/notes/${id}` }),
    addNote: build.mutation<{ id: string; text: string }, string>({
      query: (text) => ({ url: 'rest/notes', method: 'POST', body: { text } }),
    }),
    signIn: build.mutation<unknown, { username: string; password: string }>({
      query: (body) => ({ url: 'auth/login', method: 'POST', body }),
    }),
  }),
})
