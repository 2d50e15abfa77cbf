import { useState } from 'react'
import { serverStore } from '../server/serverStore'
import { milliseconds } from '../timeline/axis'
import { abortOne, callOnce, endOnServer, expire, storm, stormWords, upload, type Storm } from './scenarios'
import { othersWords, plainWords } from './words'
import './actions.css'

const small = [
  ['call-api', 'Call the API', callOnce],
  ['expire', 'Expire the token now', expire],
  ['upload', 'Upload a file', upload],
  ['abort', 'Abort one that waits', abortOne],
  ['end-session', 'End session on server', endOnServer],
] as const

export function Actions({ signedIn }: { signedIn: boolean }) {
  const [found, setFound] = useState<Storm | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const run = async (work: () => Promise<string | null>) => {
    setBusy(true)
    setSaid(await work().catch(plainWords))
    setBusy(false)
    await serverStore.look()
  }
  const fire = () =>
    run(async () => {
      setFound(null)
      setFound(await storm())
      return null
    })

  return (
    <section className="card actions" aria-labelledby="actions-title">
      <h2 id="actions-title" className="unseen">Try it</h2>
      <fieldset disabled={!signedIn || busy}>
        <legend className="unseen">What to do</legend>
        <div className="storm">
          <button type="button" className="primary storm-button" data-testid="fire-50" onClick={fire}>
            Fire 50 requests at once over an expired token
          </button>
          <p className="storm-result" role="status">
            <StormResult found={found} busy={busy} signedIn={signedIn} />
          </p>
        </div>
        <div className="small-actions">
          {small.map(([id, words, work]) => (
            <button type="button" key={id} data-testid={id} onClick={() => run(work)}>{words}</button>
          ))}
        </div>
      </fieldset>
      <p className="said" role="status" data-testid="action-result">{said}</p>
    </section>
  )
}

function StormResult({ found, busy, signedIn }: { found: Storm | null; busy: boolean; signedIn: boolean }) {
  if (found !== null) {
    return (
      <>
        <strong data-testid="fire-result">{stormWords(found)}</strong>
        <span className="hint">in {milliseconds(found.duration)}{othersWords(found)}</span>
      </>
    )
  }
  if (!signedIn) return <span className="hint">Sign in first. All 50 will be told 401, and one refresh will serve them.</span>
  return <span className="hint">{busy ? 'Under way …' : 'All 50 will be told 401, and one refresh will serve them.'}</span>
}
