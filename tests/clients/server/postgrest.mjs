import { passedOn } from './backend.mjs'
import { added, note } from './notes.mjs'

/** `GET /postgrest/notes?id=eq.{id}`, `POST /postgrest/notes`, as far as PostgREST's own client goes here. */
export async function postgrest(request, sessions) {
  const refusal = await sessions.refusal(request)
  if (refusal) {
    const error = { code: 'PGRST301', message: 'JWT expired', details: null, hint: null }
    return Response.json(error, { status: refusal.status, headers: passedOn(refusal) })
  }
  const one = request.headers.get('accept').includes('vnd.pgrst.object')
  const answer = (value, status) => Response.json(one ? value : [value], { status })
  if (request.method === 'POST') return answer(added((await request.json()).text), 201)
  return answer(note(new URL(request.url).searchParams.get('id').replace('eq.', '')), 200)
}
