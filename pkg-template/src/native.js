import { AppState } from 'react-native'
import { standInForDocument } from './js.cjs'

const heard = new Map()

// Asked and listened to when there is a client, not before.
standInForDocument({
  // `inactive` is what iOS says while a call comes in or the switcher is open: the app can be seen.
  get visibilityState() {
    return AppState.currentState === 'background' ? 'hidden' : 'visible'
  },
  addEventListener(type, listener) {
    if (type === 'visibilitychange') heard.set(listener, AppState.addEventListener('change', () => listener({ type })))
  },
  removeEventListener(type, listener) {
    if (type !== 'visibilitychange') return
    heard.get(listener)?.remove()
    heard.delete(listener)
  },
})

export { AuthError, authedFetch, client, configure, createAuthClient, ready } from './js.cjs'
