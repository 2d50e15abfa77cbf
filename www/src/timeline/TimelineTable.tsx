import { useState } from 'react'
import { milliseconds } from './axis'
import type { Call, Refresh } from './model'
import type { Recorder } from './recorder'
import { durations } from './segments'
import { outcomeWords, refreshOutcomeWords, triggerWords } from './words'

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
  const latest = [...recorder.calls, ...recorder.refreshes].sort((a, b) => b.startedAt - a.startedAt).slice(0, rows)
  if (latest.length === 0) return <p className="hint">Nothing was sent yet.</p>
  return (
    <div className="figures-scroll" tabIndex={0} role="region" aria-label="Requests and refreshes, newest first">
      <table>
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">What</th>
            <th scope="col">First send</th>
            <th scope="col">Wait</th>
            <th scope="col">Replay</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {latest.map((one) =>
            'lane' in one ? <CallRow key={`c${one.id}`} call={one} /> : <RefreshRow key={`r${one.id}`} refresh={one} />,
          )}
        </tbody>
      </table>
    </div>
  )
}

function CallRow({ call }: { call: Call }) {
  const { send, wait, replay } = durations(call, performance.now())
  return (
    <tr>
      <td>{clock(call.startedAt)}</td>
      <th scope="row">{call.method} {call.path}</th>
      <td>{figure(send)}</td>
      <td>{figure(wait)}</td>
      <td>{figure(replay)}</td>
      <td>{outcomeWords(call)}</td>
    </tr>
  )
}

function RefreshRow({ refresh }: { refresh: Refresh }) {
  return (
    <tr className="figures-refresh">
      <td>{clock(refresh.startedAt)}</td>
      <th scope="row">refresh, {triggerWords(refresh.trigger)}</th>
      <td>{figure((refresh.endedAt ?? performance.now()) - refresh.startedAt)}</td>
      <td>–</td>
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
