import { configureStore } from '@reduxjs/toolkit'
import { createApi, fetchBaseQuery, retry } from '@reduxjs/toolkit/query'
import { authedFetch } from 'oauth-refresh-wasm'
import { api } from '../recipes/rtk-query.js'
import type { Driver } from './driver.js'
import type { Note } from './note.js'

const insistent = createApi({
  reducerPath: 'insistent',
  baseQuery: retry(fetchBaseQuery({ baseUrl: '/', fetchFn: authedFetch }), { maxRetries: 3, backoff: async () => {} }),
  endpoints: (build) => ({
    note: build.query<Note, string>({ query: (id) => `rest/notes/${id}` }),
  }),
})

const store = configureStore({
  reducer: { [api.reducerPath]: api.reducer, [insistent.reducerPath]: insistent.reducer },
  middleware: (usual) => usual().concat(api.middleware, insistent.middleware),
})

export const driver: Driver = {
  signIn: (password) => store.dispatch(api.endpoints.signIn.initiate({ username: 'demo', password })).unwrap(),
  read: async (id, signal) => {
    const call = store.dispatch(api.endpoints.note.initiate(id))
    signal?.addEventListener('abort', () => call.abort())
    return (await call.unwrap()).text
  },
  add: async (text) => (await store.dispatch(api.endpoints.addNote.initiate(text)).unwrap()).text,
  status: (error) => error.status,
  isUnavailable: (error) => error.error.startsWith('AuthError'),
  insist: async (id) => (await store.dispatch(insistent.endpoints.note.initiate(id)).unwrap()).text,
}
