import { retry } from 'wretch/middlewares/retry'
import { api } from '../recipes/wretch.js'
import type { Driver } from './driver.js'
import type { Note } from './note.js'

const insistent = api.middlewares([
  retry({ maxAttempts: 3, delayTimer: 0, retryOnNetworkError: true, until: (response) => response?.ok ?? false }),
])

export const driver: Driver = {
  signIn: (password) => api.url('/auth/login').post({ username: 'demo', password }).res(),
  read: async (id, signal) => {
    const controller = new AbortController()
    signal?.addEventListener('abort', () => controller.abort(signal.reason))
    return (await api.url(`/rest/notes/${id}`).signal(controller).get().json<Note>()).text
  },
  add: async (text) => (await api.url('/rest/notes').post({ text }).json<Note>()).text,
  status: (error) => error.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
  insist: async (id) => (await insistent.url(`/rest/notes/${id}`).get().json<Note>()).text,
}
