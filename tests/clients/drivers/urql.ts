import { Client, fetchExchange, type OperationResult } from '@urql/core'
import { retryExchange } from '@urql/exchange-retry'
import { authedFetch } from 'oauth-refresh-wasm'
import { pipe, subscribe, take } from 'wonka'
import { urql } from '../recipes/urql.js'
import { ADD_NOTE, NOTE, SIGN_IN } from './documents.js'
import type { Driver } from './driver.js'

const insistent = new Client({
  url: '/graphql',
  exchanges: [
    retryExchange({ initialDelayMs: 1, maxDelayMs: 1, maxNumberAttempts: 4, retryIf: () => true }),
    fetchExchange,
  ],
  fetch: authedFetch,
})

export const driver: Driver = {
  signIn: async (password) =>
    told(await urql.mutation(SIGN_IN, { username: 'demo', password }, { url: '/graphql/sign-in' })),
  /** Giving up is unsubscribing, after which nothing more is told. */
  read: (id, signal) =>
    new Promise((resolve, reject) => {
      const { unsubscribe } = pipe(
        urql.query(NOTE, { id }),
        take(1),
        subscribe((result) => (result.error ? reject(result.error) : resolve(result.data.note.text))),
      )
      signal?.addEventListener('abort', () => {
        unsubscribe()
        reject({ name: 'unsubscribed' })
      })
    }),
  add: async (text) => told(await urql.mutation(ADD_NOTE, { text })).addNote.text,
  status: (error) => error.response.status,
  isUnavailable: (error) => error.networkError.code === 'refresh_unavailable',
  insist: async (id) => told(await insistent.query(NOTE, { id })).note.text,
}

/** It resolves with `data` or `error`. */
function told({ data, error }: OperationResult) {
  if (error) throw error
  return data
}
