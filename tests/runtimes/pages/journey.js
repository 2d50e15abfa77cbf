/** What an application does with the package, whatever runs it: it takes nothing but `fetch` and the package. */

export const CALLERS = 20

/** Tells what came of it, as JSON can hold it. `origin` is that of the service. */
export async function journey(sdk, origin) {
  const { authedFetch, configure, createAuthClient, AuthError } = sdk
  // Whatever the server has heard of before came of the import.
  await fetch(`${origin}/imported`)
  const told = (error) => [
    error instanceof AuthError,
    error instanceof Error,
    error.name,
    error.code,
    error.message,
  ]
  let refused
  try {
    createAuthClient({ refreshUrl: '/auth/refresh' })
  } catch (error) {
    refused = told(error)
  }
  const down = createAuthClient({ baseURL: `${origin}/down`, refreshURL: `${origin}/down/refresh` })
  const uncured = await down.fetch('/profile').catch(told)
  down.dispose()

  const bearer = createAuthClient({
    mode: 'bearer',
    baseURL: `${origin}/bearer`,
    tokenEndpoint: `${origin}/token`,
    tokens: { token_type: 'Bearer', access_token: 'old-token', refresh_token: 'first-refresh-token' },
  })
  const callers = Array.from({ length: CALLERS }, (_, n) => n)
  const proven = await Promise.all(callers.map((n) => bearer.fetch(`/items/${n}`)))
  bearer.dispose()

  const { session } = configure({ baseURL: `${origin}/v1`, refreshURL: `${origin}/auth/refresh` })
  const note = (n) => authedFetch(`/notes/${n}`, { method: 'POST', body: `note ${n}` })
  const answers = await Promise.all(callers.map(note))
  return {
    names: Object.keys(sdk).filter((name) => name !== 'default' && name !== 'module.exports').sort(),
    refused,
    uncured,
    statuses: answers.map(({ status }) => status),
    bearer: proven.map(({ status }) => status),
    status: session.status,
    generation: session.generation,
    timer: session.expiresAt !== null,
  }
}
