import { api } from '../recipes/ofetch.js'
import type { Driver } from './driver.js'
import type { Note } from './note.js'

export const driver: Driver = {
  signIn: (password) => api('/auth/login', { method: 'POST', body: { username: 'demo', password } }),
  read: async (id, signal) => (await api<Note>(`/rest/notes/${id}`, { signal })).text,
  add: async (text) => (await api<Note>('/rest/notes', { method: 'POST', body: { text } })).text,
  status: (error) => error.status,
  isUnavailable: (error) => error.cause.code === 'refresh_unavailable',
  insist: async (id) =>
    (await api<Note>(`/rest/notes/${id}`, { retry: 3, retryDelay: 0, retryStatusCodes: [401] })).text,
}
