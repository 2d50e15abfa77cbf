import { configure, createAuthClient, type AuthClient, type AuthOptions } from 'oauth-refresh-wasm'
import { same } from './equal.js'

same<ReturnType<typeof configure>>()<AuthClient>(true)

export const all: Required<AuthOptions> = {
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
  onSessionEnded: ({ reason }) => void reason.toUpperCase(),
  redirectTo: '/sign-in',
  debug: true,
}

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
// @ts-expect-error: the only mode of this version is 'cookie'
configure({ mode: 'bearer' })
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
