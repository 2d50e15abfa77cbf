import { milliseconds } from './axis'
import type { Episode } from './episodes'
import type { Call, Item, Refresh } from './model'
import type { Recorder } from './recorder'
import { counted, outcomeWords, refreshOutcomeWords, stepWords, triggerWords } from './words'

/** The line below the canvas: the chosen item, or else the sum of what is on screen. */
export function Details({ item, episode, recorder }: { item: Item | null; episode: Episode | null; recorder: Recorder }) {
  return (
    <p className="details" aria-live={item === null ? 'off' : 'polite'}>
      {item === null ? <Summary episode={episode} recorder={recorder} /> : <Chosen item={item} />}
    </p>
  )
}

function Chosen({ item }: { item: Item }) {
  return item.type === 'call' ? <ChosenCall call={item.call} /> : <ChosenRefresh refresh={item.refresh} />
}

function ChosenCall({ call }: { call: Call }) {
  const now = performance.now()
  const whole = (call.endedAt ?? now) - call.startedAt
  return (
    <>
      <i className={`swatch swatch-${call.outcome}`} aria-hidden="true" />
      <strong>{call.method} {call.path}</strong>
      <span>{outcomeWords(call)}</span>
      {stepWords(call, now).map((words) => <span key={words}>{words}</span>)}
      <span>{milliseconds(whole)}</span>
      {call.error !== null && <span>{call.error}</span>}
    </>
  )
}

function ChosenRefresh({ refresh }: { refresh: Refresh }) {
  const whole = (refresh.endedAt ?? performance.now()) - refresh.startedAt
  return (
    <>
      <i className={`swatch swatch-${refresh.outcome === 'failure' ? 'failed' : 'refresh'}`} aria-hidden="true" />
      <strong>refresh</strong>
      <span>started {triggerWords(refresh.trigger)}</span>
      <span>{refreshOutcomeWords(refresh)}</span>
      <span>{milliseconds(whole)}</span>
    </>
  )
}

function Summary({ episode, recorder }: { episode: Episode | null; recorder: Recorder }) {
  if (episode === null) return <span>Point at a bar, tap it, or use the arrow keys, to see its story.</span>
  const within = ({ startedAt }: Call | Refresh) => startedAt >= episode.from && startedAt <= episode.to
  const calls = recorder.calls.filter(within)
  const refreshes = recorder.refreshes.filter(within)
  const unauthorized = calls.flatMap(({ sends }) => sends).filter(({ status }) => status === 401)
  const replays = calls.filter(({ sends }) => sends.length > 1)
  return (
    <>
      <strong>{counted(calls.length, 'request')}</strong>
      <span>{counted(unauthorized.length, '401')}</span>
      <span>{counted(refreshes.length, 'refresh', 'refreshes')}</span>
      <span>{counted(replays.length, 'replay')}</span>
      <span>{milliseconds(episode.to - episode.from)} in all</span>
    </>
  )
}
