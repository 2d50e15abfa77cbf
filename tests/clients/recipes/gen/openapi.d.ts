/** As `openapi-typescript` writes it, cut down to what is used. */
interface Note {
  id: string
  text: string
}
interface Refusal {
  error: string
}
interface Answer<Body> {
  headers: Record<string, unknown>
  content: { 'application/json': Body }
}
interface Sent<Body> {
  content: { 'application/json': Body }
}
interface Nothing {
  query?: never
  header?: never
  path?: never
  cookie?: never
}

export interface paths {
  '/rest/notes/{id}': {
    parameters: Nothing
    get: {
      parameters: Omit<Nothing, 'path'> & { path: { id: string } }
      requestBody?: never
      responses: { 200: Answer<Note>; 401: Answer<Refusal> }
    }
  }
  '/rest/notes': {
    parameters: Nothing
    post: {
      parameters: Nothing
      requestBody: Sent<{ text: string }>
      responses: { 201: Answer<Note>; 401: Answer<Refusal> }
    }
  }
  '/auth/login': {
    parameters: Nothing
    post: {
      parameters: Nothing
      requestBody: Sent<{ username: string; password: string }>
      responses: { 200: Answer<object>; 401: Answer<Refusal> }
    }
  }
}
