import { burst, type Burst } from '../actions/burst'
import { expire, stormWords, type Storm } from '../actions/scenarios'
import { playground } from '../server/playground'
import { counted } from '../timeline/words'
import { openTabs } from './openTabs'
import type { OpenTab } from './roster'

/** What a burst from every tab came to; all of it is measured. */
export interface TabsStorm extends Storm {
  /** Tabs that took part to the end. */
  readonly tabs: number
}

/** Requests that each tab sends. */
export const perTab = 4

/** Lets every access token expire, then has all tabs call the API at once. */
export async function stormOfTabs(): Promise<TabsStorm> {
  const before = await playground.counters()
  await expire()
  const startedAt = performance.now()
  const run = crypto.randomUUID()
  const theirs = openTabs.snapshot().others.map((tab) => burstOf(tab, run))
  openTabs.tell({ type: 'fire', run, size: perTab })
  const bursts = (await Promise.all([burst(perTab), ...theirs])).filter((one) => one !== null)
  const duration = performance.now() - startedAt
  const after = await playground.counters()
  return {
    tabs: bursts.length,
    answers: bursts.reduce((sum, { answers }) => sum + answers, 0),
    others: [...new Set(bursts.flatMap(({ others }) => others))],
    refreshes: after.refreshes - before.refreshes,
    duration,
  }
}

/** `3 tabs, 12 answers, 1 refresh`. */
export function tabsStormWords(found: TabsStorm): string {
  return `${counted(found.tabs, 'tab')}, ${stormWords(found)}`
}

/** What another tab's burst came to; `null` if the tab is closed before it knows. */
function burstOf({ id }: OpenTab, run: string): Promise<Burst | null> {
  return new Promise((resolve) => {
    const end = (found: Burst | null) => {
      undo()
      resolve(found)
    }
    const undo = openTabs.listen({
      heard: (message, from) => {
        if (from.id === id && message.type === 'fired' && message.run === run) end(message)
      },
      gone: (tab) => tab.id === id && end(null),
    })
  })
}
