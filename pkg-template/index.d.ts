/**
 * `fetch` that refreshes an expired session once and replays: one in cookies of a backend, or one with tokens of an
 * authorization server.
 *
 * Durations in options are in **seconds**, as OAuth counts them; points in time and measured durations
 * that come out of the SDK are in **milliseconds**, as `Date.now()` and `performance.now()` count them.
 *
 * @packageDocumentation
 */

/**
 * `fetch` over the default client: the same arguments, the same `Response`, the same errors.
 *
 * A `401` on a protected URL is answered by one refresh, however many requests ask for it, and one replay.
 * URLs of origins that are not listed go to the platform's `fetch` untouched.
 *
 * Rejects with {@link AuthError} `refresh_unavailable` or `refresh_misconfigured` when a `401` could not be cured
 * for a reason that says nothing about the session; the `401` is then in `error.response`.
 */
export declare const authedFetch: typeof fetch

/**
 * Sets up the default client, before or after its first use, and returns it. Called again, as hot reload does, the last
 * options count; what is known of the session stays, unless `mode` is another.
 *
 * Where the engine cannot be loaded this does not throw: every call says so.
 *
 * @throws {AuthError} `invalid_options`, naming the option, what was given and what is accepted. Nothing is changed then.
 */
export declare function configure(options: AuthOptions): AuthClient

/**
 * Creates a client of its own: its own session, interceptors and timer.
 *
 * @throws {AuthError} `invalid_options`
 */
export declare function createAuthClient(options?: AuthOptions): AuthClient

/**
 * Loads the engine ahead of its first use. Never necessary; a failed load is tried again by the next call.
 *
 * Rejects with {@link AuthError} `engine_unavailable`.
 */
export declare function ready(): Promise<void>

/** The default client: what {@link authedFetch} uses and {@link configure} sets up. */
export declare const client: AuthClient

/** A stable word for what went wrong; never renamed. */
export type AuthErrorCode =
  /** An option, or an argument of a client's method, is wrong; the message names it and what is accepted. */
  | 'invalid_options'
  /** WebAssembly could not be loaded; the message names the cause and the cure. */
  | 'engine_unavailable'
  /** The refresh failed for a passing reason (network, time-out, 408, 409, 425, 429, 5xx). The session is kept. */
  | 'refresh_unavailable'
  /** The refresh was answered as no correct set-up answers; the message names the cause. The session is kept. */
  | 'refresh_misconfigured'
  /** The session has ended or was signed out (`refresh` and `ensureFresh` only; requests get their `401`). */
  | 'session_ended'
  /** The client was disposed of. */
  | 'disposed'

export declare class AuthError extends Error {
  constructor(code: AuthErrorCode, message: string, details?: AuthErrorDetails)
  readonly name: 'AuthError'
  readonly code: AuthErrorCode
  /** What the platform or the server said, where there is such a thing. */
  readonly cause?: unknown
  /** The answer that could not be cured, its body unread. */
  readonly response?: Response
  /** In **seconds**: when another try may succeed, where it is known. */
  readonly retryAfter?: number
  /** What the server said is wrong, in OAuth's words such as `'invalid_grant'` (RFC 6749 §5.2); never a token. */
  readonly error?: string
  /** The server's sentence about that, for the developer (RFC 6749 §5.2); left out where a token is in it. */
  readonly error_description?: string
  /** The request as the interceptors saw it, where there are interceptors. */
  config?: RequestConfig
}

export interface AuthErrorDetails {
  cause?: unknown
  response?: Response
  retryAfter?: number
  error?: string
  error_description?: string
}

/**
 * How a client is set up. In cookie mode every option may be left out; bearer mode needs `tokenEndpoint`, or `refresh`.
 */
export type AuthOptions = CookieOptions | BearerOptions

/** What both modes have. */
export interface CommonOptions {
  /** Put before every relative URL, this client's own included (as axios and ofetch do). Default: none. */
  baseURL?: string | URL
  /** Further origins that get credentials, besides the page's and that of `baseURL`. Default: `[]`. */
  origins?: readonly (string | URL)[]
  /**
   * Where users sign in. A successful request other than `GET` starts the session, in bearer mode if its JSON has an
   * `access_token`; its `401` is a wrong password.
   */
  loginURL?: string | URL | readonly (string | URL)[]
  /** URLs whose `401` is their own business: `'/public/*'`, or anything with `test(url)` (RegExp, URLPattern). */
  exclude?: ExcludePattern | readonly ExcludePattern[]
  /** **Seconds** before expiry at which to refresh; never more than a quarter of the lifetime. Default: `300`. */
  refreshBefore?: number
  /** **Seconds** that one refresh may take, its body included. Default: `30`. */
  refreshTimeout?: number
  /** Refresh ahead of expiry: while the page is visible (default), always, or never. */
  proactive?: 'visible' | 'always' | false
  /** What counts as unauthorized: statuses, or a function of the response. Default: `[401]`. */
  unauthorized?: number | readonly number[] | ((response: Response) => boolean)
  /**
   * Guard against cross-site request forgery, sent with every method but `GET`, `HEAD`, `OPTIONS` and `TRACE`: the
   * value of a cookie, or a fixed header. Default: `{ cookie: 'XSRF-TOKEN', header: 'X-XSRF-TOKEN' }`, in bearer mode
   * `false`.
   */
  csrf?: { cookie?: string; header?: string } | { header: string; value: string } | false
  /** Called once when the server ends the session. */
  onSessionEnded?: (event: SessionEndEvent) => void
  /** Where the page goes, once, when the server ends the session. Default: nowhere. */
  redirectTo?: string | URL
  /** Writes every event to `console.debug`. Default: `false`. */
  debug?: boolean
}

/** The tokens live in HttpOnly cookies of a backend. */
export interface CookieOptions extends CommonOptions {
  /** Default: `'cookie'`. */
  mode?: 'cookie'
  /** Where the session is refreshed, by `POST`. Default: `'/auth/refresh'`. */
  refreshURL?: string | URL
  /** Told of a sign-out, by `POST`. Default: none, sign-out is local. */
  logoutURL?: string | URL
  /** Asked by `GET` on load who is signed in and until when. Default: none, not asked. */
  sessionURL?: string | URL
  /**
   * Whether the tabs of an origin share one refresh; they find each other by `refreshURL`, or by the name given here.
   * Clients of one page share it too. What they tell each other is how far the session is, never a token, and nothing
   * is stored (Web Locks, BroadcastChannel). Default: `true`.
   */
  crossTab?: boolean | string
  /** A way of your own to refresh. Default: `POST` to `refreshURL`. */
  refresh?: CustomRefresh<SessionExpiry | void>
}

/**
 * The tokens live in the memory of this page: they are gone with it, and other tabs have their own.
 *
 * Nobody is signed in until there are tokens: from {@link BearerOptions.tokens}, {@link AuthClient.signIn} or the answer of
 * `loginURL`. Protected requests carry `Authorization: Bearer` (RFC 6750 §2.1) unless the caller set that header; such a
 * request is the caller's own affair, its `401` too. A request handler that sets it counts as the caller.
 */
export type BearerOptions = BearerCommonOptions &
  (
    | {
        /**
         * The authorization server's token endpoint, an `https:` URL or one of this machine. It gets refresh requests
         * (RFC 6749 §6), without cookies; its origin need not be listed, but it has to allow the page's (CORS).
         */
        tokenEndpoint: string | URL
        /** A way of your own to refresh. Default: a request to `tokenEndpoint`. */
        refresh?: CustomRefresh<TokenResponse>
      }
    | { tokenEndpoint?: string | URL; refresh: CustomRefresh<TokenResponse> }
  )

export interface BearerCommonOptions extends CommonOptions {
  mode: 'bearer'
  /** Sent with refresh and revocation requests as `client_id` (RFC 6749 §3.2.1). Default: none. */
  clientId?: string
  /** Sent with refresh requests as `scope`: scopes separated by spaces (RFC 6749 §3.3). Default: none, as granted. */
  scope?: string
  /** How refresh requests are encoded. Default: `'form'`, as RFC 6749 has it; `'json'` for servers that want that. */
  tokenRequestFormat?: 'form' | 'json'
  /**
   * Asked at sign-out to revoke the refresh token, or the access token where there is no other (RFC 7009 §2.1); an
   * `https:` URL or one of this machine. Default: none, sign-out is local.
   */
  revocationEndpoint?: string | URL
  /**
   * Whether tokens may be bound to a key of this client (DPoP, RFC 9449): what is sent with a token whose `token_type` is
   * `DPoP`, and each refresh, then has a proof. The key is made for one session, cannot be read, and is kept nowhere.
   * Tokens that a refresh brings as `Bearer` in place of bound ones are refused, as `refresh_misconfigured`.
   * It takes WebCrypto, so a secure context. Default: `false`.
   */
  dpop?: boolean
  /** Tokens to start with. What was refreshed since is not replaced by calling {@link configure} again. Default: none. */
  tokens?: TokenResponse
}

/**
 * Refreshes the session by means of your own, under the same rules: one at a time for all who wait, `refreshTimeout`,
 * back-off.
 *
 * Return what the server said (its JSON, or its `Response`, body unread). Throw `new AuthError('session_ended', …)` where
 * the user has to sign in again, which JSON with `error: 'invalid_grant'` says too; anything else that is thrown is taken
 * for a passing failure. Send your requests with the platform's `fetch`: those of this client wait for the refresh.
 */
export type CustomRefresh<Said> = (context: RefreshContext) => Said | Response | Promise<Said | Response>

export interface RefreshContext {
  /** Aborted after `refreshTimeout`, and when nobody wants the refresh any more. */
  readonly signal: AbortSignal
  /** Why the refresh starts. */
  readonly trigger: RefreshTrigger
  /** The refresh token, in bearer mode, where there is one. */
  readonly refreshToken?: string
}

export type ExcludePattern = string | { test(url: string): boolean }

/** One session and everything that keeps it alive. Its functions need no `this`. */
export interface AuthClient {
  /** As {@link authedFetch}, for this client. */
  readonly fetch: typeof fetch
  readonly interceptors: {
    /** Handlers run last-added first. */
    readonly request: InterceptorRegistry<RequestConfig, []>
    /** Handlers run first-added first. */
    readonly response: InterceptorRegistry<Response, [config: RequestConfig]>
  }
  readonly session: SessionStore

  /**
   * Refreshes now, or joins the refresh that is under way.
   *
   * Rejects with {@link AuthError} `refresh_unavailable`, `refresh_misconfigured`, `session_ended` or `disposed`.
   */
  refresh(): Promise<SessionSnapshot>
  /**
   * Resolves when the access token is good for that many **seconds** more (default `0`), refreshing if it is not.
   * A token whose expiry nobody knows counts as good.
   *
   * Rejects as {@link AuthClient.refresh} does.
   */
  ensureFresh(minValiditySeconds?: number): Promise<SessionSnapshot>
  /**
   * Starts a session that was made by other means than a request to `loginURL`. In bearer mode it takes the JSON of the
   * token endpoint, as it is and as soon as it is there: `expires_in` counts from now.
   *
   * @throws {AuthError} `invalid_options`, naming what is wrong with the tokens and showing none of them.
   */
  signIn(tokensOrExpiry?: TokenResponse | SessionExpiry): void
  /**
   * Ends the session here at once, then tells `logoutURL`; in bearer mode it forgets the tokens and asks
   * `revocationEndpoint` to revoke them. Resolves when the server knows, and also when it cannot be reached.
   *
   * Rejects with {@link AuthError} `disposed` or `engine_unavailable`, and with nothing else.
   */
  signOut(): Promise<void>
  /** Hears of what happens; the returned function stops that. */
  on<Name extends keyof AuthEvents>(event: Name, listener: (event: AuthEvents[Name]) => void): () => void
  /**
   * With the option `dpop`: a proof for the header `DPoP` of a request that you send yourself, such as the one that trades
   * a code for tokens. `nonce` is the `DPoP-Nonce` that this server wants to find in it (RFC 9449 §8).
   *
   * Rejects with {@link AuthError} `invalid_options` without that option.
   */
  prove(url: string | URL, options?: { method?: string; nonce?: string }): Promise<string>
  /** Looks at the expiry again, as after a sleep. Browsers do so by themselves. */
  wake(): void
  /** Gives back timers and listeners, forgets tokens. Whatever waits, and every later call, rejects with `disposed`. */
  dispose(): void

  /** First step for any other transport: what is this URL to the session? */
  open(url: string | URL, options?: TicketOptions): Ticket
  /**
   * Second step: waits while the session is being refreshed, then tells what to send along. Call it before each send.
   *
   * Rejects with the signal's reason, or {@link AuthError}.
   */
  admit(ticket: Ticket, options?: { signal?: AbortSignal | null }): Promise<Admission>
  /**
   * Third step: what becomes of this answer? `'retry'`: call {@link AuthClient.admit} and send once more;
   * `'deliver'`: hand it to the caller. It is sent twice at most, and once more for a DPoP nonce.
   *
   * Rejects with the signal's reason, or {@link AuthError} when the `401` could not be cured.
   */
  judge(ticket: Ticket, answer: Answer, options?: { signal?: AbortSignal | null }): Promise<'deliver' | 'retry'>
}

export interface TicketOptions {
  /** Default: `'GET'`. */
  method?: string
  /** Whether the body can be sent a second time. Default: `true`. */
  replayable?: boolean
  /** `true` opts out of the replay. */
  _retry?: boolean
}

/** One request on its way. */
export interface Ticket {
  readonly route: 'protected' | 'exempt' | 'foreign'
  /** Whether this request is, or asked not to have, its second send. */
  readonly _retry: boolean
}

/** What to send along. */
export interface Admission {
  /** To be added unless the caller set the same name. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether cookies are to be sent across origins; `false` for foreign URLs and for the page's own origin. */
  readonly withCredentials: boolean
}

export interface Answer {
  status: number
  /** Of which `WWW-Authenticate` is read, and with the option `dpop` `DPoP-Nonce`. */
  headers?: Headers | Readonly<Record<string, string | undefined>>
  /** What `loginURL` answered, as text or JSON: from it come the expiry, and in bearer mode the tokens. Nothing else is read. */
  body?: unknown
}

/** What a request handler sees, and may change or replace. */
export interface RequestConfig extends Omit<RequestInit, 'headers' | 'method'> {
  url: string
  method: string
  /** Names as the caller wrote them; lower-cased if they came as `Headers` or in a `Request`. */
  headers: Record<string, string>
  /** `true` on the second send. A caller or handler who sets it opts out of the replay. */
  _retry?: boolean
  [key: string]: unknown
}

export interface InterceptorRegistry<Value, Extra extends readonly unknown[]> {
  /** Adds a pair of handlers; either may be `null`. The number takes it away again. */
  use(
    onFulfilled?: ((value: Value, ...extra: Extra) => Value | Promise<Value>) | null,
    onRejected?: ((error: any) => any) | null,
    options?: InterceptorOptions,
  ): number
  /** Takes away exactly that one; an unknown number is no matter. */
  eject(id: number): void
  clear(): void
}

export interface InterceptorOptions {
  /** Judged before the chain runs; only `false` skips the handler. Request handlers only. */
  runWhen?: ((config: RequestConfig) => boolean) | null
  /** If every request handler says so, they run within the call. Default: `false`. */
  synchronous?: boolean
}

export type SessionStatus =
  /** Nothing has shown yet whether somebody is signed in; requests go out as if. */
  | 'unknown'
  | 'active'
  | 'refreshing'
  /** The server said no. */
  | 'ended'
  | 'signed_out'

export interface SessionSnapshot {
  readonly status: SessionStatus
  /** **Milliseconds** since 1970 on this machine's clock; `null` where nobody said. */
  readonly expiresAt: number | null
  /** Goes up with every refresh and every sign-in. */
  readonly generation: number
}

/** The session as it is now; `subscribe` and `getSnapshot` fit React's `useSyncExternalStore`. */
export interface SessionStore extends SessionSnapshot {
  subscribe(listener: () => void): () => void
  /** The same object until something changes. */
  getSnapshot(): SessionSnapshot
}

/** Until when: **seconds** from now, or a point in time. As a login or refresh answer has it. */
export interface SessionExpiry {
  /** **Seconds** from now (RFC 6749 §5.1). */
  expires_in?: number | string
  /** **Seconds** since 1970. */
  expires_at?: number | string
  /** **Seconds** since 1970 (RFC 7519 §4.1.4). */
  exp?: number | string
  /** **Seconds** from now, or seconds or milliseconds since 1970: servers disagree, and its size tells which. */
  accessTokenExpiresIn?: number | string
  [key: string]: unknown
}

/** What a token endpoint answers (RFC 6749 §5.1). */
export interface TokenResponse extends SessionExpiry {
  /** Visible ASCII characters, without spaces. */
  access_token: string
  /** A new one replaces the old; without one the old stays good (RFC 6749 §6). Without any, a `401` ends the session. */
  refresh_token?: string
  /** `Bearer`, or with the option `dpop` `DPoP`, in any case; taken for `Bearer` where it is missing. */
  token_type?: string
}

export type RefreshTrigger = 'expiry' | 'demand' | 'unauthorized' | 'wake' | 'manual'

export interface AuthEvents {
  refresh: RefreshEvent
  retry: RetryEvent
  sessionstart: SessionStartEvent
  sessionend: SessionEndEvent
  stepup: StepUpEvent
  warning: WarningEvent
}

export type RefreshEvent =
  | { readonly phase: 'start'; readonly trigger: RefreshTrigger }
  /** `duration` in **milliseconds**. */
  | { readonly phase: 'success'; readonly trigger: RefreshTrigger; readonly duration: number }
  | { readonly phase: 'failure'; readonly trigger: RefreshTrigger; readonly duration: number; readonly error: AuthError }
  /** Another tab refreshed; `trigger` says why a refresh was about to start here, if one was. */
  | { readonly phase: 'adopted'; readonly trigger?: RefreshTrigger }

/** A request is sent the second time. */
export interface RetryEvent {
  /** Without its query and fragment. */
  readonly url: string
  readonly method: string
}

export interface SessionStartEvent {
  readonly generation: number
}

export interface SessionEndEvent {
  /** `'rejected'`: the server said no. `'signed_out'`: `signOut` was called. */
  readonly reason: 'rejected' | 'signed_out'
}

/** The server wants the user to prove more (RFC 9470). */
export interface StepUpEvent {
  readonly acrValues: string | null
  /** In **seconds**. */
  readonly maxAge: number | null
}

export interface WarningEvent {
  readonly code: 'expiry_ignored' | 'refresh_ineffective' | 'session_check_failed'
  readonly message: string
}
