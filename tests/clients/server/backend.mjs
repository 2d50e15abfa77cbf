/** What the servers of other protocols ask of the playground backend, which keeps the sessions. */
export class Sessions {
  #origin

  /** `origin` is the backend's. */
  constructor(origin) {
    this.#origin = origin
  }

  /** The backend's own refusal of these credentials, or nothing if it would let the request pass. */
  async refusal(request) {
    const answer = await this.#send('/api/echo', request, { method: request.method })
    return answer.ok ? undefined : answer
  }

  /** The backend's answer to a sign-in, cookies included. */
  signIn(request, { username, password }) {
    return this.#send('/auth/login', request, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
  }

  #send(path, { headers }, init) {
    const credentials = ['cookie', 'x-xsrf-token']
      .filter((name) => headers.has(name))
      .map((name) => [name, headers.get(name)])
    return fetch(this.#origin + path, { ...init, headers: { ...init.headers, ...Object.fromEntries(credentials) } })
  }
}

/** The headers of a refusal, or of a sign-in, that the browser is to see: the challenge and the cookies. */
export function passedOn(answer, given = {}) {
  const headers = new Headers(given)
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie)
  const challenge = answer.headers.get('www-authenticate')
  if (challenge) headers.set('www-authenticate', challenge)
  return headers
}
