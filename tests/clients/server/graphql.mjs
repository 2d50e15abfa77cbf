import { buildSchema, graphql as execute } from 'graphql'
import { passedOn } from './backend.mjs'
import { added, note } from './notes.mjs'

const schema = buildSchema(`
  type Note { id: ID!  text: String! }
  type Query { note(id: ID!): Note! }
  type Mutation {
    addNote(text: String!): Note!
    signIn(username: String!, password: String!): Boolean!
  }
`)

/**
 * GraphQL over HTTP. `/graphql` is behind the session; `/graphql/sign-in` is not, and answers a wrong password 401;
 * `/graphql/soft` is behind the session too, but says so as many servers do: with 200 and an error in the JSON.
 */
export async function graphql(request, sessions) {
  const { pathname, searchParams } = new URL(request.url)
  const { query, variables } = request.method === 'GET' ? asked(searchParams) : await request.json()
  if (pathname === '/graphql/sign-in') return signIn(request, sessions, variables)
  const refusal = await sessions.refusal(request)
  if (refusal) {
    const status = pathname === '/graphql/soft' ? 200 : refusal.status
    return unauthenticated('not signed in', { status, headers: passedOn(refusal) })
  }
  const rootValue = { note: ({ id }) => note(id), addNote: ({ text }) => added(text) }
  return Response.json(await execute({ schema, source: query, rootValue, variableValues: variables }))
}

const asked = (parameters) => ({
  query: parameters.get('query'),
  variables: JSON.parse(parameters.get('variables') ?? '{}'),
})

async function signIn(request, sessions, credentials) {
  const answer = await sessions.signIn(request, credentials)
  const headers = passedOn(answer)
  if (!answer.ok) return unauthenticated('wrong password', { status: answer.status, headers })
  return Response.json({ data: { signIn: true } }, { headers })
}

const unauthenticated = (message, init) =>
  Response.json({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] }, init)
