import { useState, useSyncExternalStore } from 'react'
import { othersWords, plainWords } from '../actions/words'
import { serverStore } from '../server/serverStore'
import { milliseconds } from '../timeline/axis'
import { perTab, stormOfTabs, tabsStormWords, type TabsStorm } from './everyTab'
import { openTabs, tabsCanMeet } from './openTabs'
import { Tile } from './Tile'
import './tabs.css'

/** The tabs that have this page open, and a burst from all of them. */
export function Tabs({ signedIn }: { signedIn: boolean }) {
  const { own, others } = useSyncExternalStore(openTabs.subscribe, openTabs.snapshot)
  const [found, setFound] = useState<TabsStorm | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const fire = async () => {
    setBusy(true)
    setFound(null)
    setProblem(null)
    try {
      setFound(await stormOfTabs())
    } catch (error) {
      setProblem(plainWords(error))
    }
    setBusy(false)
    await serverStore.look()
  }

  return (
    <section className="card tabs" aria-labelledby="tabs-title">
      <header className="card-head">
        <h2 id="tabs-title">Open tabs</h2>
        {tabsCanMeet && (
          <div className="tabs-buttons">
            <button type="button" data-testid="open-tab" onClick={openAnother}>Open another tab</button>
            <button type="button" data-testid="fire-tabs" disabled={!signedIn || busy} onClick={fire}>
              Request from every tab
            </button>
          </div>
        )}
      </header>
      {own !== null && (
        <ul className="tiles" aria-label="Tabs with this page" data-testid="tabs">
          <Tile tab={own} own />
          {others.map((tab) => <Tile key={tab.id} tab={tab} />)}
        </ul>
      )}
      <p className="tabs-result" role="status">
        {found === null ? <Hint alone={others.length === 0} busy={busy} /> : <Found found={found} />}
      </p>
      <p className="problem" role="alert">{problem}</p>
    </section>
  )
}

/** Without an opener: a tab as a person opens it, on its own. */
function openAnother(): void {
  window.open(location.href, '_blank', 'noopener')
}

function Hint({ alone, busy }: { alone: boolean; busy: boolean }) {
  if (!tabsCanMeet) {
    return <span className="hint">Tabs find each other where the browser has Web Locks and BroadcastChannel. Here it has not.</span>
  }
  if (busy) return <span className="hint">Under way …</span>
  if (alone) return <span className="hint">Open two more, then request from every tab: one refreshes, the others adopt.</span>
  return <span className="hint">{perTab} requests from each, over an expired token: one tab refreshes, the others adopt.</span>
}

function Found({ found }: { found: TabsStorm }) {
  return (
    <>
      <strong data-testid="fire-tabs-result">{tabsStormWords(found)}</strong>
      <span className="hint">in {milliseconds(found.duration)}{othersWords(found)}</span>
    </>
  )
}
