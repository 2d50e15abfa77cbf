import { client } from 'oauth-refresh-wasm'
import { useSyncExternalStore } from 'react'
import { ModeSwitch } from './ModeSwitch'
import { Remaining } from './Remaining'
import { SignIn } from './SignIn'
import { statusWords } from './statusWords'
import type { Who } from './useWho'
import './session.css'

export function SessionCard({ who, onAskAgain }: { who: Who; onAskAgain: () => void }) {
  const session = useSyncExternalStore(client.session.subscribe, client.session.getSnapshot)
  return (
    <section className="card session" aria-labelledby="session-title">
      <header className="card-head">
        <h2 id="session-title">Session</h2>
        <span className={`status status-${session.status}`} data-testid="status">{statusWords[session.status]}</span>
      </header>
      <ModeSwitch />
      <Body who={who} onAskAgain={onAskAgain} />
      <dl className="facts">
        <div>
          <dt>Generation</dt>
          <dd data-testid="generation">{session.generation}</dd>
        </div>
        <div>
          <dt>Cookies scripts see</dt>
          <dd>{readableCookies()}</dd>
        </div>
      </dl>
    </section>
  )
}

function Body({ who, onAskAgain }: { who: Who; onAskAgain: () => void }) {
  switch (who.state) {
    case 'asking':
      return <p className="hint session-asking">Asking who is signed in …</p>
    case 'nobody':
      return <SignIn because={who.because} />
    case 'unreachable':
      return (
        <div className="session-asking">
          <p className="problem" role="alert">{who.message}</p>
          <button type="button" onClick={onAskAgain}>Ask again</button>
        </div>
      )
    case 'user':
      return (
        <div className="person">
          <Remaining />
          <div className="person-words">
            <span className="hint">signed in as</span>
            <strong data-testid="who">{who.name}</strong>
            <button type="button" data-testid="sign-out" onClick={() => void client.signOut()}>Sign out</button>
          </div>
        </div>
      )
  }
}

/** The names of the cookies that a script can read: the session's own are HttpOnly. */
function readableCookies(): string {
  const names = document.cookie.split('; ').flatMap((cookie) => cookie.split('=', 1))
  return names.join(', ') || 'none'
}
