import { useState } from 'react'
import { TabChip } from '../tabs/TabChip'
import { milliseconds } from './axis'
import type { Call, Refresh, Track } from './model'
import type { Recorder } from './recorder'
import { durations } from './segments'
import { outcomeWords, refreshOutcomeWords, refreshTitle } from './words'

/** Rows shown; the rest is older. */
const rows = 120

/** The timeline in words, for those who do not see the canvas or want the figures. */
export function TimelineTable({ recorder }: { recorder: Recorder }) {
  const [open, setOpen] = useState(false)
  return (
    <details className="figures" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The same as a table</summary>
      {open && <Table recorder={recorder} />}
    </details>
  )
}

function Table({ recorder }: { recorder: Recorder }) {
  const latest = recorder.tracks
    .flatMap((track) => [...track.calls, ...track.refreshes].map((span) => ({ track, span })))
    .sort((a, b) => b.span.startedAt - a.span.startedAt)
    .slice(0, rows)
  if (latest.length === 0) return <p className="hint">Nothing was sent yet.</p>
  return (
    <div className="figures-scroll" tabIndex={0} role="region" aria-label="Requests and refreshes, newest first">
      <table>
        <thead>
          <tr>
            <th scope="col">Tab</th>
            <th scope="col">At</th>
            <th scope="col">What</th>
            <th scope="col">First send</th>
            <th scope="col">Wait</th>
            <th scope="col">Replay</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {latest.map(({ track, span }) =>
            'lane' in span ? (
              <CallRow key={`${track.letter}c${span.id}`} track={track} call={span} />
            ) : (
              <RefreshRow key={`${track.letter}r${span.id}`} track={track} refresh={span} />
            ),
          )}
        </tbody>
      </table>
    </div>
  )
}

function CallRow({ track, call }: { track: Track; call: Call }) {
  const { send, wait, replay } = durations(call, performance.now())
  return (
    <tr>
      <td><TabChip letter={track.letter} /></td>
      <td>{clock(call.startedAt)}</td>
      <th scope="row">{call.method} {call.path}</th>
      <td>{figure(send)}</td>
      <td>{figure(wait)}</td>
      <td>{figure(replay)}</td>
      <td>{outcomeWords(call)}</td>
    </tr>
  )
}

function RefreshRow({ track, refresh }: { track: Track; refresh: Refresh }) {
  const endedAt = refresh.endedAt ?? performance.now()
  const sentAt = refresh.sentAt ?? endedAt
  return (
    <tr className={refresh.outcome === 'adopted' ? 'figures-adopted' : 'figures-refresh'}>
      <td><TabChip letter={track.letter} /></td>
      <td>{clock(refresh.startedAt)}</td>
      <th scope="row">{refreshTitle(refresh)}</th>
      <td>{figure(endedAt - sentAt)}</td>
      <td>{figure(sentAt - refresh.startedAt)}</td>
      <td>–</td>
      <td>{refreshOutcomeWords(refresh)}</td>
    </tr>
  )
}

function figure(duration: number): string {
  return duration > 0 ? milliseconds(duration) : '–'
}

/** The time since the page was opened. */
function clock(at: number): string {
  return `${(at / 1000).toFixed(2)} s`
}
