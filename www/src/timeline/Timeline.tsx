import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent, type PointerEvent } from 'react'
import { Details } from './Details'
import type { Episode } from './episodes'
import { roomFor } from './layout'
import { Legend } from './Legend'
import type { Call, Item, Refresh, Track } from './model'
import { recorder } from './recorder'
import { recordedEpisodes, Stage } from './stage'
import { TimelineTable } from './TimelineTable'
import type { Mode } from './view'
import './timeline.css'

export function Timeline() {
  useSyncExternalStore(recorder.subscribe, () => recorder.revision)
  const canvas = useRef<HTMLCanvasElement>(null)
  const stage = useRef<Stage>(null)
  const [mode, setMode] = useState<Mode>('follow')
  const [item, setItem] = useState<Item | null>(null)
  const all = recordedEpisodes(recorder.tracks, performance.now())
  const shown = mode === 'live' ? null : mode === 'follow' ? all.length - 1 : mode
  const episode = shown === null ? null : (all[shown] ?? null)

  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!canvas.current || !context) return
    const built = new Stage(canvas.current, context, recorder)
    stage.current = built
    return () => built.dispose()
  }, [])
  useEffect(() => {
    if (stage.current) stage.current.mode = mode
  }, [mode])
  useEffect(() => {
    if (stage.current) stage.current.chosen = item
  }, [item])

  const point = (event: PointerEvent<HTMLCanvasElement>) => {
    const found = stage.current?.itemAt(event.nativeEvent.offsetX, event.nativeEvent.offsetY) ?? null
    if (!same(found, item)) setItem(found)
  }
  const step = (event: KeyboardEvent) => {
    const next = stepped(event.key, item, episode)
    if (next === undefined) return
    event.preventDefault()
    setItem(next)
  }
  const turnTo = (next: Mode) => {
    setItem(null)
    setMode(next)
  }

  return (
    <section className="card timeline" aria-labelledby="timeline-title" data-testid="timeline">
      <header className="card-head">
        <h2 id="timeline-title">Timeline</h2>
        <Views mode={mode} shown={shown} count={all.length} onChange={turnTo} />
      </header>
      <div className="stage" style={{ minHeight: roomFor(recorder.tracks.length) }}>
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-roledescription="timeline"
          aria-label="Requests over time. Arrow keys step through them; the figures are in the table below."
          onPointerMove={(event) => event.pointerType === 'mouse' && point(event)}
          onPointerDown={point}
          onPointerLeave={(event) => event.pointerType === 'mouse' && setItem(null)}
          onBlur={() => setItem(null)}
          onKeyDown={step}
        />
        {all.length === 0 && (
          <p className="stage-empty">Every request, wait and refresh will be drawn here as it happens.</p>
        )}
      </div>
      <Details item={item} episode={episode} recorder={recorder} />
      <Legend />
      <TimelineTable recorder={recorder} />
    </section>
  )
}

interface ViewsProps {
  mode: Mode
  /** The episode on screen, from 0; `null` in the rolling view. */
  shown: number | null
  count: number
  onChange: (mode: Mode) => void
}

function Views({ mode, shown, count, onChange }: ViewsProps) {
  const turn = (index: number) => onChange(index >= count - 1 ? 'follow' : index)
  return (
    <div className="views">
      {shown !== null && count > 1 && (
        <span className="turner">
          <button type="button" aria-label="Earlier burst" disabled={shown <= 0} onClick={() => turn(shown - 1)}>‹</button>
          <span>{shown + 1} of {count}</span>
          <button type="button" aria-label="Later burst" disabled={shown >= count - 1} onClick={() => turn(shown + 1)}>›</button>
        </span>
      )}
      <span className="segmented" role="group" aria-label="What the timeline shows">
        <button type="button" aria-pressed={mode !== 'live'} onClick={() => onChange('follow')}>Bursts</button>
        <button type="button" aria-pressed={mode === 'live'} onClick={() => onChange('live')}>Last 15 s</button>
      </span>
    </div>
  )
}

/** The item that a key leads to; `undefined`: the key means nothing here. */
function stepped(key: string, item: Item | null, episode: Episode | null): Item | null | undefined {
  if (key === 'Escape') return null
  const items = itemsOf(episode)
  const at = items.findIndex((candidate) => same(candidate, item))
  switch (key) {
    case 'ArrowRight': case 'ArrowDown': return items[Math.min(at + 1, items.length - 1)]
    case 'ArrowLeft': case 'ArrowUp': return items[at < 0 ? items.length - 1 : Math.max(at - 1, 0)]
    case 'Home': return items[0]
    case 'End': return items.at(-1)
    default: return undefined
  }
}

function itemsOf(episode: Episode | null): Item[] {
  const within = ({ startedAt }: Call | Refresh) =>
    episode === null || (startedAt >= episode.from && startedAt <= episode.to)
  const inTrack = (track: Track) => [...track.calls, ...track.refreshes].filter(within).map((span) => ({ track, span }))
  return recorder.tracks
    .flatMap(inTrack)
    .sort((a, b) => a.span.startedAt - b.span.startedAt)
    .map(({ track, span }) =>
      'lane' in span ? { type: 'call', call: span, track } : { type: 'refresh', refresh: span, track },
    )
}

function same(a: Item | null, b: Item | null): boolean {
  if (a === null || b === null) return a === b
  if (a.type === 'call') return b.type === 'call' && a.call === b.call
  return b.type === 'refresh' && a.refresh === b.refresh
}
