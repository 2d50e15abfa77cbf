import { createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'
import { authedFetch } from 'oauth-refresh-wasm'
import { NoteService } from './gen/notes_pb.js'

export const transport = createConnectTransport({ baseUrl: '/', fetch: authedFetch })
export const notes = createClient(NoteService, transport)
