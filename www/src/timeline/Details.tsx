import { TabChip } from '../tabs/TabChip'
import { milliseconds } from './axis'
import type { Episode } from './episodes'
import type { Call, Item, Refresh } from './model'
import type { Recorder } from './recorder'
import { tally } from './tally'
import { counted, outcomeWords, refreshOutcomeWords, refreshTitle, stepWords } from './words'

/** The line below the canvas: the chosen item, or else the sum of what is on screen. */
export function Details({ item, episode, recorder }: { item: Item | null; episode: Episode | null; recorder: Recorder }) {
  return (
    <p className="details" aria-live={item === null ? 'off' : 'polite'} data-testid="timeline-details">
      {item === null ? <Summary episode={episode} recorder={recorder} /> : <Chosen item={item} />}
    </p>
  )
}

function Chosen({ item }: { item: Item }) {
  return (
    <>
      <TabChip letter={item.track.letter} />
      {item.type === 'call' ? <ChosenCall call={item.call} /> : <ChosenRefresh refresh={item.refresh} />}
    </>
  )
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

const refreshSwatches = {
  pending: 'refresh',
  success: 'refresh',
  failure: 'failed',
  adopted: 'adopted',
  dropped: 'aborted',
} as const

function ChosenRefresh({ refresh }: { refresh: Refresh }) {
  const whole = (refresh.endedAt ?? performance.now()) - refresh.startedAt
  return (
    <>
      <i className={`swatch swatch-${refreshSwatches[refresh.outcome]}`} aria-hidden="true" />
      <strong>{refreshTitle(refresh)}</strong>
      <span>{refreshOutcomeWords(refresh)}</span>
      {whole > 0 && <span>{milliseconds(whole)}</span>}
    </>
  )
}

function Summary({ episode, recorder }: { episode: Episode | null; recorder: Recorder }) {
  if (episode === null) return <span>Point at a bar, tap it, or use the arrow keys, to see its story.</span>
  const { tabs, calls, unauthorized, refreshes, adoptions, replays } = tally(recorder.tracks, episode)
  return (
    <>
      {tabs > 1 && <strong>{counted(tabs, 'tab')}</strong>}
      <strong>{counted(calls, 'request')}</strong>
      <span>{counted(unauthorized, '401')}</span>
      <span>{counted(refreshes, 'refresh', 'refreshes')}</span>
      {adoptions > 0 && <span>{counted(adoptions, 'adoption')}</span>}
      <span>{counted(replays, 'replay')}</span>
      <span>{milliseconds(episode.to - episode.from)} in all</span>
    </>
  )
}
