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
  status: (error) => error.status,
  isUnavailable: (error) => error.message.startsWith('AuthError'),
}

/** It resolves with `data` or `error`, and `status` beside. */
function told({ data, error, status }: { data: any; error: any; status: number }): string {
  if (error) throw { status, ...error, message: error.message }
  return data.text
}
