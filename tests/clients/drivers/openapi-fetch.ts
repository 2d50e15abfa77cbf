import { api } from '../recipes/openapi-fetch.js'
import type { Driver } from './driver.js'

export const driver: Driver = {
  signIn: async (password) => told(await api.POST('/auth/login', { body: { username: 'demo', password } })),
  read: async (id, signal) => told(await api.GET('/rest/notes/{id}', { params: { path: { id } }, signal })).text,
  add: async (text) => told(await api.POST('/rest/notes', { body: { text } })).text,
  status: (result) => result.response.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
}

/** It resolves with `data` or `error`, and `response` beside; only a `fetch` that rejects makes it reject. */
function told<Data>(result: { data?: Data; error?: unknown }): Data {
  if (result.error !== undefined) throw result
  return result.data!
}
