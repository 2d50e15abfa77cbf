import { passedOn } from './backend.mjs'
import { added, note } from './notes.mjs'

const METHODS = {
  '/notes.v1.NoteService/GetNote': ({ id }) => note(id),
  '/notes.v1.NoteService/AddNote': ({ text }) => added(text),
}

/** Connect's unary calls, in JSON. */
export async function connect(request, sessions) {
  const { pathname } = new URL(request.url)
  const message = await request.json()
  if (pathname === '/notes.v1.SessionService/SignIn') {
    const answer = await sessions.signIn(request, message)
    return answer.ok ? Response.json({}, { headers: passedOn(answer) }) : unauthenticated('wrong password', answer)
  }
  const refusal = await sessions.refusal(request)
  return refusal ? unauthenticated('not signed in', refusal) : Response.json(METHODS[pathname](message))
}

const unauthenticated = (message, answer) =>
  Response.json({ code: 'unauthenticated', message }, { status: answer.status, headers: passedOn(answer) })
