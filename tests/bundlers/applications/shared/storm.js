const CALLS = 20

/**
 * Signs in, loses its token, and calls its API many times at once. Tells what of the platform was used before that, as
 * `watch.mjs` has seen it, and how each call ended. `get(url, n)` makes the n-th.
 */
export async function storm({ authedFetch, configure, get = (url) => authedFetch(url) }) {
  const loading = [...watched]
  const client = configure({ loginURL: '/auth/login' })
  // Brings the cookie of the double submit, if the page has not.
  await fetch('/auth/session')
  await authedFetch('/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'demo', password: 'demo' }),
  })
  await fetch('/playground/expire', { method: 'POST' })
  const calls = Array.from({ length: CALLS }, (_, n) => get(`/api/items/${n}`, n))
  const answers = await Promise.all(calls)
  return { loading, statuses: answers.map(({ status }) => status), generation: client.session.generation }
}
