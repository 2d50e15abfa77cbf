/**
 * The session in React: 18 or newer, Strict Mode, server rendering and hydration.
 *
 * @packageDocumentation
 */
import type { ReactElement, ReactNode } from 'react'
import type { AuthClient, SessionSnapshot } from 'oauth-refresh-wasm'

/**
 * Gives the components below it a client of their own. Without it, they have the default client, which `configure` sets up.
 *
 * The client is made outside of rendering, and is not disposed of at unmount: whoever made it does that.
 *
 * @throws {AuthError} `invalid_options`, if `client` is something else.
 */
export declare function AuthProvider(props: AuthProviderProps): ReactElement

export interface AuthProviderProps {
  /** Default: the default client. */
  client?: AuthClient
  children?: ReactNode
}

/**
 * How the session is now; the component renders again when that changes. The same object until then.
 *
 * On a server, and in the first render of what a server rendered, the status is `'unknown'`: a server does not know.
 */
export declare function useSession(): SessionSnapshot

/**
 * The client's {@link AuthClient.fetch}, the same function for as long as the client is the same. As `fetch`, it goes on
 * when the component is gone: pass a `signal` to what is to end with it.
 */
export declare function useAuthedFetch(): typeof fetch
