import { api } from '../recipes/ky.js'
import type { Driver } from './driver.js'
import type { Note } from './note.js'

const insistent = api.extend({ retry: { limit: 3, statusCodes: [401], shouldRetry: () => true, delay: () => 0 } })

export const driver: Driver = {
  signIn: (password) => api.post('/auth/login', { json: { username: 'demo', password } }).json(),
  read: async (id, signal) => (await api.get<Note>(`/rest/notes/${id}`, { signal }).json()).text,
  add: async (text) => (await api.post<Note>('/rest/notes', { json: { text } }).json()).text,
  status: (error) => error.response.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
  insist: async (id) => (await insistent.get<Note>(`/rest/notes/${id}`).json()).text,
}
