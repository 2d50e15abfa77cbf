/** What the timeline knows. All points in time are milliseconds as `performance.now()` counts them. */

/** One time a request really went out. */
export interface Send {
  readonly startedAt: number
  endedAt: number | null
  /** `null` while there is no answer, and for ever if none came. */
  status: number | null
}

export type Outcome =
  | 'pending'
  /** Answered well at the first send. */
  | 'ok'
  /** Answered well at its replay, after a refresh. */
  | 'refreshed'
  /** The caller got a 401. */
  | 'unauthorized'
  | 'failed'
  | 'aborted'

/** One call of `authedFetch`, or one request that the SDK made of its own. */
export interface Call {
  readonly id: number
  readonly method: string
  readonly path: string
  /** Whether the SDK asked for it, not the page. */
  readonly own: boolean
  readonly startedAt: number
  /** The row it is drawn in, from 0. */
  readonly lane: number
  readonly sends: Send[]
  endedAt: number | null
  outcome: Outcome
  status: number | null
  /** Why it failed, in the words of the error. */
  error: string | null
}

export interface Refresh {
  readonly id: number
  /** Why it started; `null`: none was about to start here when another tab refreshed. */
  readonly trigger: string | null
  readonly startedAt: number
  /** When the server was asked; `null` before this tab had its turn, and for ever if it needed none any more. */
  sentAt: number | null
  endedAt: number | null
  outcome:
    | 'pending'
    | 'success'
    | 'failure'
    /** Another tab refreshed. */
    | 'adopted'
    /** A sign-in or a sign-out came in between. */
    | 'dropped'
  /** What the server answered, where it did. */
  status: number | null
  /** The code of the SDK's error. */
  code: string | null
}

/** A moment of the session. */
export interface Marker {
  readonly at: number
  readonly kind: 'sessionstart' | 'sessionend' | 'expired'
  readonly label: string
}

type CallEntry = { readonly type: 'call'; readonly call: Call }
type RefreshEntry = { readonly type: 'refresh'; readonly refresh: Refresh }
type MarkerEntry = { readonly type: 'marker'; readonly marker: Marker }

/** Anything that is written down. */
export type Entry = CallEntry | RefreshEntry | MarkerEntry

/** What can be pointed at. */
export type Item = (CallEntry | RefreshEntry) & { readonly track: Track }

/** What one tab did. */
export interface Track {
  /** The name of the tab: `A`, `B`. */
  readonly letter: string
  readonly own: boolean
  readonly calls: Call[]
  readonly refreshes: Refresh[]
  readonly markers: Marker[]
}
