import { configure } from 'oauth-refresh-wasm'
import { eventLog } from '../events/log'
import { linkTabs } from '../tabs/link'
import { recorder } from '../timeline/recorder'

/** Sets up the SDK. Everything else on the page only imports `authedFetch` and `client`. */
export function startSession(): void {
  const client = configure({ loginURL: '/auth/login', logoutURL: '/auth/logout', sessionURL: '/auth/session' })
  linkTabs(client)
  recorder.listen(client)
  eventLog.listen(client)
}
