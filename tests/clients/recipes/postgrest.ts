import { PostgrestClient } from '@supabase/postgrest-js'
import { authedFetch } from 'oauth-refresh-wasm'

export const api = new PostgrestClient(`${location.origin}/postgrest`, { fetch: authedFetch })
