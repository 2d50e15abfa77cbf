/**
 * Gives a real axios instance what `authedFetch` has: credentials, one refresh that both share, one replay.
 *
 * @packageDocumentation
 */
import type { AxiosInstance } from 'axios'
import type { AuthClient } from 'oauth-refresh-wasm'

/**
 * Attaches an instance (axios itself, or one of `axios.create()`) to a client; the default client if none is given.
 * Returns what detaches it: the instance is then as it was, but for what others did to it meanwhile; requests that are
 * under way end as they began. Called again for the same client, it returns the same function.
 *
 * It works around the adapter, whichever a request asks for: handlers and transforms run once, before it and after it,
 * and see one answer. Instances that are created from this one later are not attached.
 *
 * - `timeout` counts for each send, as axios has it; a `signal` or `cancelToken` also ends the wait for a refresh.
 * - `config._retry` is `true` on what was sent twice. Who sets it opts out of the replay.
 * - A stream, which includes the forms that axios makes of objects in Node, is sent once.
 * - A `401` that is delivered is an `AxiosError`, as ever. One that could not be cured for a passing reason is an
 *   {@link AuthError} `refresh_unavailable` or `refresh_misconfigured`, which is no `AxiosError`; it has the axios answer
 *   in `response` and the axios config in `config`.
 * - A sign-in that goes through the instance is told by {@link AuthClient.signIn}.
 *
 * @throws {AuthError} `invalid_options`, if one of the two is something else, or the instance has another client.
 */
export declare function attach(instance: AxiosInstance, client?: AuthClient): () => void

/** What {@link attach} reads and sets on the config of a request. */
export interface ReplayFlag {
  /** `true` once the request was sent twice. Set by the caller: never a replay. */
  _retry?: boolean
}
