// What a page without any tool does.
import { authedFetch, configure } from '/package/index.js'

configure({ loginURL: '/auth/login' })

const signIn = await authedFetch('/auth/login', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username: 'demo', password: 'demo' }),
})
const profile = signIn.ok && (await authedFetch('/api/profile'))

globalThis.plain = { done: true, status: profile.status }
