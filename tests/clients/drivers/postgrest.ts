import { authedFetch } from 'oauth-refresh-wasm'
import { api } from '../recipes/postgrest.js'
import type { Driver } from './driver.js'

export const driver: Driver = {
  /** PostgREST has no sign-in of its own. */
  signIn: async (password) => {
    const response = await authedFetch('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'demo', password }),
    })
    if (!response.ok) throw response
  },
  read: async (id, signal = new AbortController().signal) =>
    told(await api.from('notes').select('text').eq('id', id).abortSignal(signal).single()),
  add: async (text) => told(await api.from('notes').insert({ text }).select('text').single()),
  status: (result) => result.status,
  isUnavailable: (result) => result.error.message.startsWith('AuthError'),
}

/** It resolves with `data` or `error`, and `status` beside. */
function told(result: { data: any; error: unknown }): string {
  if (result.error) throw result
  return result.data.text
}
