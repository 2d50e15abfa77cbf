/** What the clients of GraphQL send. */
export const NOTE = 'query Note($id: ID!) { note(id: $id) { id text } }'
export const ADD_NOTE = 'mutation AddNote($text: String!) { addNote(text: $text) { id text } }'
export const SIGN_IN =
  'mutation SignIn($username: String!, $password: String!) { signIn(username: $username, password: $password) }'
