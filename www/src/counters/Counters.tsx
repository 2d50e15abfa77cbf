import { useSyncExternalStore } from 'react'
import { serverStore } from '../server/serverStore'
import { recorder } from '../timeline/recorder'
import './counters.css'

/** What went over the wire, as both ends counted it. */
export function Counters() {
  const here = useSyncExternalStore(recorder.subscribe, () => recorder.totals)
  const { counters: there } = useSyncExternalStore(serverStore.subscribe, serverStore.snapshot)
  const rows = [
    ['API requests sent', here.api, there?.apiRequests],
    ['Answered 401', here.unauthorized, there?.apiUnauthorized],
    ['Refreshes', here.refreshes, there?.refreshes],
    ['Adoptions', here.adoptions, null],
    ['Replays', here.replays, null],
    ['Reuse detected', null, there?.reuseDetected],
  ] as const
  return (
    <section className="card counters" aria-labelledby="counters-title">
      <header className="card-head">
        <h2 id="counters-title">Counters</h2>
        <button type="button" className="quiet" onClick={() => void serverStore.startOver()}>Start from zero</button>
      </header>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">This tab</th>
            <th scope="col">Server</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([words, page, server]) => (
            <tr key={words}>
              <th scope="row">{words}</th>
              <td>{figure(page)}</td>
              <td>{figure(server)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** `null`: this end cannot know. `undefined`: not heard yet. */
function figure(count: number | null | undefined): string {
  return count === null ? '–' : (count ?? 0).toLocaleString('en-US')
}
