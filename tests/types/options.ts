import {
  AuthError,
  configure,
  createAuthClient,
  type AuthClient,
  type AuthOptions,
  type BearerOptions,
  type CookieOptions,
  type RefreshContext,
  type RefreshTrigger,
} from 'oauth-refresh-wasm'
import { same } from './equal.js'

same<ReturnType<typeof configure>>()<AuthClient>(true)

export const all: Required<CookieOptions> = {
  mode: 'cookie',
  baseURL: new URL('https://api.example.com'),
  origins: ['https://api.example.com', new URL('https://other.example.com')],
  refreshURL: '/auth/refresh',
  loginURL: ['/auth/login', '/auth/login/otp'],
  logoutURL: '/auth/logout',
  sessionURL: '/auth/session',
  exclude: ['/public/*', /\/health$/, { test: (url: string) => url.endsWith('/ping') }],
  refreshBefore: 60,
  refreshTimeout: 10,
  proactive: false,
  unauthorized: (response) => response.status === 419,
  csrf: { cookie: 'csrf', header: 'X-CSRF' },
  crossTab: 'accounts',
  refresh: async ({ signal }) => fetch('/session', { method: 'PUT', signal }),
  onSessionEnded: ({ reason }) => void reason.toUpperCase(),
  redirectTo: '/sign-in',
  debug: true,
}

export const bearer: Required<BearerOptions> = {
  mode: 'bearer',
  baseURL: 'https://api.example.com',
  origins: [],
  loginURL: '/oauth/login',
  exclude: [],
  refreshBefore: 60,
  refreshTimeout: 10,
  proactive: 'visible',
  unauthorized: 401,
  csrf: false,
  onSessionEnded: () => {},
  redirectTo: '/sign-in',
  debug: false,
  tokenEndpoint: new URL('https://auth.example.com/token'),
  clientId: 'spa',
  scope: 'openid offline_access',
  tokenRequestFormat: 'json',
  revocationEndpoint: 'https://auth.example.com/revoke',
  tokens: { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 300, id_token: 'i' },
  dpop: true,
  refresh: () => ({ access_token: 'a' }),
}

const either: AuthOptions[] = [all, bearer, { mode: 'bearer', tokenEndpoint: '/oauth/token' }]
either.forEach(createAuthClient)

// ---- a refresh of one's own -------------------------------------------------------------------------------------

configure({ refresh: () => {} })
configure({ refresh: () => ({ expires_in: 300 }) })
configure({ refresh: async () => new Response() })
configure({ mode: 'bearer', refresh: async ({ refreshToken }) => ({ access_token: refreshToken ?? '' }) })
configure({
  mode: 'bearer',
  async refresh(context) {
    same<typeof context>()<RefreshContext>(true)
    same<typeof context.signal>()<AbortSignal>(true)
    same<typeof context.trigger>()<RefreshTrigger>(true)
    same<typeof context.refreshToken>()<string | undefined>(true)
    if (!context.refreshToken) throw new AuthError('session_ended', 'Sign in again.', { error: 'login_required' })
    return fetch('/oauth/token', { method: 'POST', signal: context.signal })
  },
})
// @ts-expect-error: bearer mode is about tokens
configure({ mode: 'bearer', refresh: async () => {} })
// @ts-expect-error: bearer mode is about tokens
configure({ mode: 'bearer', refresh: () => ({ expires_in: 300 }) })
// @ts-expect-error: a function
configure({ refresh: '/auth/refresh' })

// ---- what does not fit ------------------------------------------------------------------------------------------

// @ts-expect-error: where is it refreshed?
configure({ mode: 'bearer' })
// @ts-expect-error: what belongs to a backend
configure({ mode: 'bearer', tokenEndpoint: '/oauth/token', refreshURL: '/auth/refresh' })
// @ts-expect-error: what belongs to an authorization server
configure({ tokenEndpoint: '/oauth/token' })
// @ts-expect-error: 'form' or 'json'
configure({ mode: 'bearer', tokenEndpoint: '/oauth/token', tokenRequestFormat: 'xml' })
// @ts-expect-error: there are no secrets in a browser
configure({ mode: 'bearer', tokenEndpoint: '/oauth/token', clientSecret: 'secret' })
// @ts-expect-error: there is no token to bind
configure({ dpop: true })
// @ts-expect-error: an access token at least
configure({ mode: 'bearer', tokenEndpoint: '/oauth/token', tokens: { refresh_token: 'r' } })

configure({})
createAuthClient()
configure({ csrf: false, unauthorized: [401, 419], proactive: 'always', crossTab: false, loginURL: '/login', exclude: '/public/*' })
configure({ csrf: { header: 'X-Requested-With', value: 'app' } })
configure({ origins: ['https://api.example.com'] as const })

// @ts-expect-error: configure wants options
configure()
// @ts-expect-error: it is refreshURL
configure({ refreshUrl: '/auth/refresh' })
// @ts-expect-error: it is loginURL
createAuthClient({ loginURLs: ['/auth/login'] })
// @ts-expect-error: there are no secrets in a browser
configure({ clientSecret: 'secret' })
// @ts-expect-error: 'cookie' or 'bearer'
configure({ mode: 'token' })
// @ts-expect-error: seconds are a number
configure({ refreshBefore: '60' })
// @ts-expect-error: seconds are a number
configure({ refreshTimeout: new Date() })
// @ts-expect-error: 'visible', 'always' or false
configure({ proactive: true })
// @ts-expect-error: statuses are numbers
configure({ unauthorized: ['401'] })
// @ts-expect-error: it tells whether
configure({ unauthorized: (response: Response) => response.statusText })
// @ts-expect-error: a URL, not a pattern
configure({ refreshURL: /refresh/ })
// @ts-expect-error: a value needs its header
configure({ csrf: { value: 'app' } })
// @ts-expect-error: false switches it off, true says nothing
configure({ csrf: true })
// @ts-expect-error: a name or whether
configure({ crossTab: 1 })
// @ts-expect-error: what is excluded is a text or has test(url)
configure({ exclude: [(url: string) => url.endsWith('/ping')] })
// @ts-expect-error: the event has no such member
configure({ onSessionEnded: ({ cause }) => void cause })
