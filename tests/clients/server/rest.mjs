import { passedOn } from './backend.mjs'
import { added, note } from './notes.mjs'

/** `GET /rest/notes/{id}`, `POST /rest/notes`. */
export async function rest(request, sessions) {
  const refusal = await sessions.refusal(request)
  if (refusal) {
    return Response.json({ error: 'not signed in' }, { status: refusal.status, headers: passedOn(refusal) })
  }
  if (request.method === 'POST') return Response.json(added((await request.json()).text), { status: 201 })
  return Response.json(note(new URL(request.url).pathname.split('/').at(-1)))
}
