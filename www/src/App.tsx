import { Actions } from './actions/Actions'
import { Counters } from './counters/Counters'
import { EventLog } from './events/EventLog'
import { Header } from './Header'
import { mode } from './session/mode'
import { SessionCard } from './session/SessionCard'
import { useWho } from './session/useWho'
import { Switches } from './switches/Switches'
import { Tabs } from './tabs/Tabs'
import { Timeline } from './timeline/Timeline'

export function App() {
  const [who, askAgain] = useWho()
  return (
    <>
      <Header />
      <main className="page">
        <div className="column-side">
          <SessionCard who={who} onAskAgain={askAgain} />
          <Counters />
          <EventLog />
        </div>
        <div className="column-main">
          <Actions signedIn={who.state === 'user'} />
          {mode === 'cookie' && <Tabs signedIn={who.state === 'user'} />}
          <Timeline />
        </div>
        <Switches />
      </main>
    </>
  )
}
