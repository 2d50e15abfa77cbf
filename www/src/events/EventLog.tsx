import { useSyncExternalStore } from 'react'
import { TabChip } from '../tabs/TabChip'
import { eventLog, type Entry } from './log'
import './events.css'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

export function EventLog() {
  const entries = useSyncExternalStore(eventLog.subscribe, eventLog.snapshot)
  return (
    <section className="card events" aria-labelledby="events-title">
      <header className="card-head">
        <h2 id="events-title">Events of the SDK</h2>
        <button type="button" className="quiet" onClick={() => eventLog.clear()} disabled={entries.length === 0}>Clear</button>
      </header>
      {entries.length === 0 ? (
        <p className="hint">None yet.</p>
      ) : (
        <ol tabIndex={0} aria-label="Events, newest first" data-testid="events">
          {entries.map((entry) => <Line key={entry.id} entry={entry} />)}
        </ol>
      )}
    </section>
  )
}

function Line({ entry: { letter, tone, title, text, at, times } }: { entry: Entry }) {
  return (
    <li className={`event event-${tone}`}>
      <time dateTime={at.toISOString()}>{clock.format(at)}</time>
      <TabChip letter={letter} />
      <span>
        <strong>{title}{times > 1 && ` ×${times}`}</strong> {text}
      </span>
    </li>
  )
}
