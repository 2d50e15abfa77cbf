import { configure, type AuthOptions } from 'oauth-refresh-wasm'
import { eventLog } from '../events/log'
import { linkTabs } from '../tabs/link'
import { recorder } from '../timeline/recorder'
import { mode, refreshPath, signInPath, type Mode } from './mode'

const options: Readonly<Record<Mode, AuthOptions>> = {
  cookie: { loginURL: signInPath, logoutURL: '/auth/logout', sessionURL: '/auth/session' },
  bearer: {
    mode: 'bearer',
    loginURL: signInPath,
    tokenEndpoint: refreshPath,
    revocationEndpoint: '/oauth/revoke',
    clientId: 'playground',
  },
}

/** Sets up the SDK. Everything else on the page only imports `authedFetch` and `client`. */
export function startSession(): void {
  const client = configure(options[mode])
  // With tokens in memory each tab is on its own.
  if (mode === 'cookie') linkTabs(client)
  recorder.listen(client)
  eventLog.listen(client)
}
