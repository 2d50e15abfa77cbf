import type { Told } from '../events/words'
import type { Entry } from '../timeline/model'
import type { Standing, TabName } from './roster'

/** What the tabs of the playground tell each other. Never a token: no script of this page knows one. */
export type Message =
  /** How the tab's session stands; with `asks` it is new and asks how the others' do. */
  | { readonly type: 'here'; readonly standing: Standing; readonly asks: boolean }
  | { readonly type: 'bye' }
  /** Something for the timeline; `timeOrigin` is what its times count from. */
  | { readonly type: 'entry'; readonly entry: Entry; readonly timeOrigin: number }
  /** Something for the log of events. */
  | { readonly type: 'event'; readonly told: Told }
  /** Asks every tab for a burst of so many requests. */
  | { readonly type: 'fire'; readonly run: string; readonly size: number }
  /** How many requests of that burst were answered well, and what the others got. */
  | { readonly type: 'fired'; readonly run: string; readonly answers: number; readonly others: readonly string[] }

export interface Envelope {
  readonly from: TabName
  readonly message: Message
}

/** The number goes up with every change of the messages: a tab that was opened before an update is not understood. */
export const channelName = 'oauth-refresh-wasm playground 1'
