import { useSyncExternalStore } from 'react'
import { hueOf } from './letters'
import { openTabs } from './openTabs'

/** The name of a tab in its color, filled if it is this one; without a letter it is. */
export function TabChip({ letter }: { letter?: string }) {
  const ownLetter = useSyncExternalStore(openTabs.subscribe, () => openTabs.snapshot().own?.letter)
  const shown = letter ?? ownLetter
  if (shown === undefined) return null
  const hue = { ['--hue' as string]: `var(--tab-${hueOf(shown)})` }
  return (
    <span className={shown === ownLetter ? 'tab-chip tab-chip-own' : 'tab-chip'} style={hue}>
      <span className="unseen">Tab </span>
      {shown}
    </span>
  )
}
