/** One script for a dedicated, a shared and a service worker: takes the step that a message names. */
import * as sdk from '/package/index.js'

const { authedFetch, configure, client, createAuthClient, AuthError } = sdk

const steps = {
  names: () => Object.keys(sdk).sort(),

  configure: (options) => void configure({ loginURL: '/auth/login', ...options }),

  async signIn() {
    const answer = await authedFetch('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'demo', password: 'demo' }),
    })
    return { answer: answer.status, status: client.session.status }
  },

  /** So many calls at once; the body that the server saw of each, or what it answered instead. */
  storm: (callers) => Promise.all(Array.from({ length: callers }, (_, n) => echo(`${n}`))),

  async errors() {
    let refused
    try {
      createAuthClient({ refreshUrl: '/x' })
    } catch (error) {
      refused = told(error)
    }
    return { refused, uncured: await authedFetch('/api/profile').catch(told) }
  },
}

async function echo(text) {
  const response = await authedFetch('/api/echo', { method: 'POST', body: text })
  return response.ok ? (await response.json()).bodySha256 : response.status
}

const told = (error) => [error instanceof AuthError, error.name, error.code, error.message]

async function take({ data: { step, given }, ports: [port] }) {
  try {
    port.postMessage({ value: await steps[step](given) })
  } catch (error) {
    port.postMessage({ thrown: String(error?.stack ?? error) })
  }
}

addEventListener('message', take)
addEventListener('connect', ({ ports: [port] }) => (port.onmessage = take))

addEventListener('activate', (event) => event.waitUntil(clients.claim()))

// A service worker answers for its pages, so that these need not know of sessions at all.
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname.startsWith('/api/')) event.respondWith(authedFetch(event.request))
})
