/** Where the tokens are: in HttpOnly cookies, or in the memory of the SDK's engine. */
export type Mode = 'cookie' | 'bearer'

/** What the address says, so that it can be kept and shared. Another mode is another load of the page. */
export const mode: Mode = new URLSearchParams(location.search).get('mode') === 'bearer' ? 'bearer' : 'cookie'

/** The address of this page in either mode. */
export const addresses: Readonly<Record<Mode, string>> = {
  cookie: location.pathname,
  bearer: `${location.pathname}?mode=bearer`,
}

const paths = {
  cookie: { signIn: '/auth/login', refresh: '/auth/refresh' },
  bearer: { signIn: '/oauth/demo-sign-in', refresh: '/oauth/token' },
} as const

/** Where name and password go. */
export const signInPath = paths[mode].signIn

/** Where the SDK asks for a refresh. */
export const refreshPath = paths[mode].refresh
