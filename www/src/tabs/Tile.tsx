import { statusWords } from '../session/statusWords'
import type { OpenTab } from './roster'
import { TabChip } from './TabChip'

/** One open tab: its name, how its session stands, and whether it is the one that refreshes. */
export function Tile({ tab, own = false }: { tab: OpenTab; own?: boolean }) {
  return (
    <li className={tab.calling ? 'tile tile-calling' : 'tile'} data-tab={tab.letter}>
      <TabChip letter={tab.letter} />
      {own && <strong>this tab</strong>}
      <span className={`status status-${waits(tab) ? 'waiting' : tab.status}`}>
        {waits(tab) ? 'waits' : statusWords[tab.status]}
      </span>
      <span className="tile-generation">gen. {tab.generation}</span>
    </li>
  )
}

/** A refresh was asked for here, but it is another tab that asks the server. */
function waits({ status, calling }: OpenTab): boolean {
  return status === 'refreshing' && !calling
}
