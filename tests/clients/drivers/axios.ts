import { api } from '../recipes/axios.js'
import type { Driver } from './driver.js'
import type { Note } from './note.js'

export const driver: Driver = {
  signIn: (password) => api.post('/auth/login', { username: 'demo', password }),
  read: async (id, signal) => (await api.get<Note>(`/rest/notes/${id}`, { signal })).data.text,
  add: async (text) => (await api.post<Note>('/rest/notes', { text })).data.text,
  status: (error) => error.response.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
}
