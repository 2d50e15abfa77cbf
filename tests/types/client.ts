import {
  AuthError,
  client,
  type Admission,
  type AuthErrorCode,
  type RefreshTrigger,
  type SessionSnapshot,
  type SessionStatus,
  type Ticket,
} from 'oauth-refresh-wasm'
import { same } from './equal.js'

// ---- the session as a store -------------------------------------------------------------------------------------

/** As React declares it. */
declare function useSyncExternalStore<Snapshot>(
  subscribe: (onStoreChange: () => void) => () => void,
  getSnapshot: () => Snapshot,
  getServerSnapshot?: () => Snapshot,
): Snapshot

const snapshot = useSyncExternalStore(client.session.subscribe, client.session.getSnapshot, client.session.getSnapshot)
same<typeof snapshot>()<SessionSnapshot>(true)
same<typeof snapshot.status>()<SessionStatus>(true)
same<typeof snapshot.expiresAt>()<number | null>(true)

// @ts-expect-error: nobody but the session changes it
client.session.status = 'active'
// @ts-expect-error: there is no such status
void (client.session.status === 'expired')

// ---- what a client does -----------------------------------------------------------------------------------------

same<ReturnType<typeof client.refresh>>()<Promise<SessionSnapshot>>(true)
same<ReturnType<typeof client.signOut>>()<Promise<void>>(true)
void client.ensureFresh()
void client.ensureFresh(60)
client.signIn()
client.signIn({ expires_in: 300 })
client.signIn({ expires_in: '300', user: { name: 'demo' } })
client.signIn({ access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 300, scope: 'openid' })
same<ReturnType<typeof client.prove>>()<Promise<string>>(true)
void client.prove(new URL('https://auth.example.com/token'), { method: 'POST', nonce: 'n' })
void client.prove('/token')
// @ts-expect-error: of what?
void client.prove()
client.wake()
client.dispose()

// @ts-expect-error: seconds are a number
void client.ensureFresh('60')
// @ts-expect-error: an object, as a login answers it
client.signIn(300)

// ---- events -----------------------------------------------------------------------------------------------------

const undo: () => void = client.on('refresh', (event) => {
  if (event.phase === 'failure') same<typeof event.error>()<AuthError>(true)
  if (event.phase === 'success' || event.phase === 'failure') same<typeof event.duration>()<number>(true)
  if (event.phase === 'adopted') same<typeof event.trigger>()<RefreshTrigger | undefined>(true)
  // @ts-expect-error: only a failure has an error
  if (event.phase === 'success') void event.error
})
undo()
client.on('retry', ({ url, method }) => void (url + method))
client.on('sessionstart', ({ generation }) => void generation.toFixed())
client.on('sessionend', ({ reason }) => same<typeof reason>()<'rejected' | 'signed_out'>(true))
client.on('stepup', ({ acrValues, maxAge }) => void [acrValues?.split(' '), maxAge?.toFixed()])
client.on('warning', ({ code, message }) => void (code + message))

// @ts-expect-error: there is no such event
client.on('refreshed', () => {})
// @ts-expect-error: a retry tells its url and method
client.on('retry', ({ status }) => void status)
// @ts-expect-error: a listener is a function
client.on('warning', 'listener')

// ---- interceptors -----------------------------------------------------------------------------------------------

const { request, response } = client.interceptors
const id: number = request.use((config) => {
  config.headers['X-Trace'] = '1'
  config.url += '?traced'
  same<typeof config._retry>()<boolean | undefined>(true)
  return config
})
request.eject(id)
request.clear()
request.use(async (config) => ({ ...config, method: 'PUT' }))
request.use(null, (error) => Promise.reject(error))
request.use((config) => config, null, { synchronous: true, runWhen: ({ method }) => method === 'GET' })
response.use(async (answer, config) => (config._retry ? answer.clone() : answer))
response.use(undefined, (error) => error.config.url)

// @ts-expect-error: a request handler returns the config
request.use((config) => config.url)
// @ts-expect-error: a forgotten return
request.use((config) => void (config.url = '/'))
// @ts-expect-error: a request handler gets the config alone
request.use((config, answer: Response) => config)
// @ts-expect-error: a response handler returns a response
response.use((answer) => answer.text())
// @ts-expect-error: there is no such option
request.use((config) => config, null, { runwhen: () => true })
// @ts-expect-error: runWhen tells whether
request.use((config) => config, null, { runWhen: () => 'yes' })
// @ts-expect-error: ids are numbers
request.eject('0')

// ---- the three steps --------------------------------------------------------------------------------------------

const ticket: Ticket = client.open('/api/profile', { method: 'POST', replayable: false, _retry: true })
const admission: Promise<Admission> = client.admit(ticket, { signal: new AbortController().signal })
const verdict: Promise<'deliver' | 'retry'> = client.judge(ticket, {
  status: 401,
  headers: { 'WWW-Authenticate': undefined },
})
void client.judge(ticket, { status: 401, headers: new Headers() }, { signal: null })
void [admission, verdict]

// @ts-expect-error: an answer has a status
void client.judge(ticket, {})
// @ts-expect-error: tickets come from open()
void client.admit({ url: '/' })
// @ts-expect-error: there is no such option
client.open('/', { replay: false })

// ---- errors -----------------------------------------------------------------------------------------------------

const error: Error = new AuthError('session_ended', 'Over.', { cause: new Error('why'), retryAfter: 3 })
if (error instanceof AuthError) {
  same<typeof error.code>()<AuthErrorCode>(true)
  same<typeof error.response>()<Response | undefined>(true)
  same<typeof error.retryAfter>()<number | undefined>(true)
  same<typeof error.error>()<string | undefined>(true)
  same<typeof error.error_description>()<string | undefined>(true)
  same<typeof error.name>()<'AuthError'>(true)
  // @ts-expect-error: codes are what they are
  void (error.code === 'unauthorized')
}
// @ts-expect-error: there is no such code
new AuthError('unauthorized', 'No.')
