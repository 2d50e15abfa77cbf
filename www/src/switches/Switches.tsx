import { useSyncExternalStore } from 'react'
import type { Switches as Settings } from '../server/playground'
import { serverStore } from '../server/serverStore'
import { challenges, correctChallenge, policies, refreshAnswers } from './choices'
import { NumberField, SelectField, TextField, ToggleField } from './fields'
import './switches.css'

/** Milliseconds added to each answer. */
const networks = [
  { words: 'None', apiLatency: 0, refreshLatency: 0 },
  { words: 'As in life', apiLatency: 90, refreshLatency: 350 },
  { words: 'Slow', apiLatency: 400, refreshLatency: 1500 },
] as const

/** How the server is to behave. */
export function Switches() {
  const { switches, trouble } = useSyncExternalStore(serverStore.subscribe, serverStore.snapshot)
  return (
    <section className="card switches" aria-labelledby="switches-title">
      <header className="card-head">
        <h2 id="switches-title">How the server behaves</h2>
        <button type="button" className="quiet" onClick={() => void serverStore.resetSwitches()}>Reset</button>
      </header>
      {trouble !== null && <p className="problem" role="alert">{trouble}</p>}
      {switches !== null && <Panel switches={switches} />}
    </section>
  )
}

function Panel({ switches }: { switches: Settings }) {
  const change = (changes: Partial<Settings>) => void serverStore.change(changes)
  return (
    <div className="panel">
      <SelectField
        label="Answer to the refresh"
        value={switches.refreshAnswer}
        options={refreshAnswers}
        testId="switch-refreshAnswer"
        onChange={(refreshAnswer) => change({ refreshAnswer })}
      />
      <SelectField
        label="WWW-Authenticate of the API's 401"
        value={switches.challenge ?? correctChallenge}
        options={challenges}
        testId="switch-challenge"
        onChange={(value) => change({ challenge: value === correctChallenge ? null : value })}
      />
      <NumberField
        label="A new token lives for"
        unit="s"
        value={switches.accessTokenSeconds}
        onCommit={(accessTokenSeconds) => change({ accessTokenSeconds })}
      />
      <TextField
        label="Retry-After with 429, 503 and the like"
        placeholder="none; seconds or a date"
        value={switches.retryAfter ?? ''}
        onCommit={(value) => change({ retryAfter: value === '' ? null : value })}
      />
      <Latency switches={switches} onChange={change} />
      <div className="toggles">
        <ToggleField
          label="The API answers 401 for ever"
          checked={switches.apiAlways401}
          onChange={(apiAlways401) => change({ apiAlways401 })}
        />
        <ToggleField
          label="Hold the refresh back"
          checked={switches.holdRefresh}
          onChange={(holdRefresh) => change({ holdRefresh })}
        />
      </div>
      <SelectField
        label="Content Security Policy"
        hint="In force after a reload."
        value={switches.csp}
        options={policies}
        onChange={(csp) => change({ csp })}
      />
    </div>
  )
}

function Latency({ switches, onChange }: { switches: Settings; onChange: (changes: Partial<Settings>) => void }) {
  return (
    <fieldset className="latency">
      <legend>Latency</legend>
      <span className="segmented">
        {networks.map(({ words, apiLatency, refreshLatency }) => (
          <button
            type="button"
            key={words}
            aria-pressed={switches.apiLatency === apiLatency && switches.refreshLatency === refreshLatency}
            onClick={() => onChange({ apiLatency, refreshLatency })}
          >
            {words}
          </button>
        ))}
      </span>
      <NumberField
        label="API"
        unit="ms"
        value={switches.apiLatency}
        onCommit={(apiLatency) => onChange({ apiLatency })}
      />
      <NumberField
        label="Refresh"
        unit="ms"
        value={switches.refreshLatency}
        onCommit={(refreshLatency) => onChange({ refreshLatency })}
      />
    </fieldset>
  )
}
