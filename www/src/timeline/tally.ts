import type { Episode } from './episodes'
import type { Track } from './model'

/** How much of what happened within an episode, in all tabs. */
export interface Tally {
  /** Tabs that did anything. */
  readonly tabs: number
  readonly calls: number
  /** Answers with status 401. */
  readonly unauthorized: number
  /** Requests to the refresh URL. */
  readonly refreshes: number
  /** Refreshes of another tab that were taken over. */
  readonly adoptions: number
  readonly replays: number
}

export function tally(tracks: readonly Track[], episode: Episode): Tally {
  const within = ({ startedAt }: { readonly startedAt: number }) => startedAt >= episode.from && startedAt <= episode.to
  const calls = tracks.map((track) => track.calls.filter(within))
  const refreshes = tracks.map((track) => track.refreshes.filter(within))
  const sends = calls.flat().flatMap((call) => call.sends)
  return {
    tabs: tracks.filter((_, index) => calls[index]?.length || refreshes[index]?.length).length,
    calls: calls.flat().length,
    unauthorized: sends.filter(({ status }) => status === 401).length,
    refreshes: refreshes.flat().filter(({ sentAt }) => sentAt !== null).length,
    adoptions: refreshes.flat().filter(({ outcome }) => outcome === 'adopted').length,
    replays: calls.flat().filter((call) => call.sends.length > 1).length,
  }
}
