'use client'

import { AuthError, client as defaultClient } from 'oauth-refresh-wasm'
import { createContext, createElement, useContext, useSyncExternalStore } from 'react'

const ClientContext = createContext(defaultClient)

export function AuthProvider({ client = defaultClient, children }) {
  if (typeof client?.session?.subscribe !== 'function') {
    const given = client === null ? 'null' : typeof client
    throw new AuthError('invalid_options', `<AuthProvider client>: a client is accepted, that is what configure or createAuthClient returns; not ${given}.`)
  }
  return createElement(ClientContext.Provider, { value: client }, children)
}

export function useSession() {
  const { session } = useContext(ClientContext)
  return useSyncExternalStore(session.subscribe, session.getSnapshot, onServer)
}

export function useAuthedFetch() {
  return useContext(ClientContext).fetch
}

/** A server knows nothing of anybody's session, and the first render of a page that it rendered has to agree with it. */
const UNKNOWN = Object.freeze({ status: 'unknown', expiresAt: null, generation: 0 })
const onServer = () => UNKNOWN
