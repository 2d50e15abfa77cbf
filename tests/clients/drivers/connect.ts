import { Code, createClient } from '@connectrpc/connect'
import { notes, transport } from '../recipes/connect.js'
import { SessionService } from '../recipes/gen/notes_pb.js'
import type { Driver } from './driver.js'

const session = createClient(SessionService, transport)

export const driver: Driver = {
  signIn: (password) => session.signIn({ username: 'demo', password }),
  read: async (id, signal) => (await notes.getNote({ id }, { signal })).text,
  add: async (text) => (await notes.addNote({ text })).text,
  status: (error) => error.code === Code.Unauthenticated,
  isUnavailable: (error) => error.cause.code === 'refresh_unavailable',
}
