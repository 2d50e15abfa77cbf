import assert from 'node:assert/strict'
import { test } from 'node:test'
import { milliseconds, tickStep } from './axis.ts'
import { episodes } from './episodes.ts'
import { Lanes } from './lanes.ts'
import { itemAt, laneTop, layoutOf, xOf } from './layout.ts'
import type { Call, Refresh, Track } from './model.ts'
import { segments } from './segments.ts'
import { tally } from './tally.ts'
import { emptyTrack, shifted, write } from './tracks.ts'
import { liveSpan, viewOf } from './view.ts'

function call(fields: Partial<Call>): Call {
  return {
    id: 1, method: 'GET', path: '/', own: false, startedAt: 0, lane: 0, sends: [],
    endedAt: null, outcome: 'pending', status: null, error: null, ...fields,
  }
}

function refresh(fields: Partial<Refresh>): Refresh {
  return {
    id: 1, trigger: 'unauthorized', startedAt: 0, sentAt: null,
    endedAt: null, outcome: 'pending', status: null, code: null, ...fields,
  }
}

/** Two tabs: this one refreshes, the other adopts; a third does nothing. */
function threeTabs(): Track[] {
  const twice = [{ startedAt: 0, endedAt: 10, status: 401 }, { startedAt: 50, endedAt: 60, status: 200 }]
  const replayed = (lane: number) => call({ id: lane, lane, sends: twice, endedAt: 60, outcome: 'refreshed' })
  const own = emptyTrack('B', true)
  own.calls.push(replayed(0), replayed(1))
  own.refreshes.push(refresh({ startedAt: 10, sentAt: 12, endedAt: 50, outcome: 'success' }))
  const other = emptyTrack('A', false)
  other.calls.push(replayed(0))
  other.refreshes.push(refresh({ startedAt: 11, endedAt: 50, outcome: 'adopted' }))
  return [own, other, emptyTrack('C', false)]
}

test('fifty at once take fifty lanes, and the lanes are used again', () => {
  const lanes = new Lanes()
  const taken = Array.from({ length: 50 }, () => lanes.take(0))
  assert.deepEqual(taken, Array.from({ length: 50 }, (_, n) => n))
  lanes.release(7, 10)
  lanes.release(3, 20)
  assert.equal(lanes.take(15), 7)
  assert.equal(lanes.take(20), 3)
  assert.equal(lanes.take(20), 50)
})

test('a lane keeps its gap', () => {
  const lanes = new Lanes(5)
  lanes.release(lanes.take(0), 10)
  assert.equal(lanes.take(14), 1)
  assert.equal(lanes.take(15), 0)
})

test('a replayed call is a 401, a wait and a replay', () => {
  const replayed = call({
    sends: [{ startedAt: 0, endedAt: 10, status: 401 }, { startedAt: 40, endedAt: 55, status: 200 }],
    endedAt: 55, outcome: 'refreshed', status: 200,
  })
  assert.deepEqual(segments(replayed, 99), [
    { phase: 'send', tone: 'unauthorized', from: 0, to: 10 },
    { phase: 'wait', tone: 'wait', from: 10, to: 40 },
    { phase: 'replay', tone: 'refreshed', from: 40, to: 55 },
  ])
})

test('a call that waits before its first send shows it, and one under way reaches to now', () => {
  const waiting = call({ startedAt: 5, sends: [{ startedAt: 25, endedAt: null, status: null }] })
  assert.deepEqual(segments(waiting, 30), [
    { phase: 'wait', tone: 'wait', from: 5, to: 25 },
    { phase: 'send', tone: 'pending', from: 25, to: 30 },
  ])
})

test('a call aborted while it waits ends in its wait', () => {
  const aborted = call({ sends: [{ startedAt: 0, endedAt: 10, status: 401 }], endedAt: 30, outcome: 'aborted' })
  assert.deepEqual(segments(aborted, 99).map(({ phase, to }) => [phase, to]), [['send', 10], ['wait', 30]])
})

test('an answer without a status is a failure once the call has ended', () => {
  const failed = call({ sends: [{ startedAt: 0, endedAt: 9, status: null }], endedAt: 9, outcome: 'failed' })
  assert.equal(segments(failed, 99)[0]?.tone, 'failed')
})

test('silence divides episodes, and what is under way reaches to now', () => {
  const spans = [
    { startedAt: 5000, endedAt: null },
    { startedAt: 0, endedAt: 100 },
    { startedAt: 900, endedAt: 1000 },
  ]
  assert.deepEqual(episodes(spans, 5600), [{ from: 0, to: 1000 }, { from: 5000, to: 5600 }])
})

test('ticks are round and never too many', () => {
  assert.equal(tickStep(1000, 10), 100)
  assert.equal(tickStep(1001, 10), 200)
  assert.equal(tickStep(37, 8), 5)
  assert.equal(tickStep(0.3, 4), 0.1)
})

test('durations read well', () => {
  assert.deepEqual([0.4, 7.25, 140.6, 1250, 60_000].map(milliseconds), ['0.4 ms', '7.3 ms', '141 ms', '1.25 s', '1 min'])
})

test('the view follows the last episode, and rolls when live', () => {
  const all = [{ from: 0, to: 100 }, { from: 5000, to: 5200 }]
  const settled = viewOf('follow', all, false, 9000)
  assert.ok(settled !== null && settled.from < 5000 && settled.to > 5200 && settled.origin === 5000)
  const growing = viewOf('follow', all, true, 5200)
  assert.ok(growing !== null && growing.to > 5250)
  assert.equal(viewOf(0, all, false, 9000)?.origin, 0)
  assert.equal(viewOf('follow', [], false, 9000), null)
  assert.equal(viewOf('live', [], false, 20_000)?.from, 20_000 - liveSpan)
})

test('S3 of three tabs, the one that asked the server refreshed, and the one that waited adopted', () => {
  assert.deepEqual(tally(threeTabs(), { from: 0, to: 60 }), {
    tabs: 2, calls: 3, unauthorized: 3, refreshes: 1, adoptions: 1, replays: 3,
  })
})

test('a tab has its rows below those of this one, and none while nothing of it is on screen', () => {
  const layout = layoutOf(800, 400, { from: 0, to: 60, origin: 0 }, threeTabs())
  assert.deepEqual(layout.sections.map(({ track, lanes }) => [track.letter, lanes]), [['B', 2], ['A', 1]])
  assert.ok(layout.gutter > 0 && xOf(layout, 0) === layout.gutter)
  const [own, other] = layout.sections
  assert.ok(own !== undefined && other !== undefined)
  assert.ok(other.top > laneTop(layout, own, own.lanes))
  const later = layoutOf(800, 400, { from: 100, to: 200, origin: 100 }, threeTabs())
  assert.deepEqual(later.sections.map(({ track }) => track.letter), ['B'])
  assert.equal(later.gutter, 0)
})

test('however many tabs and lanes there are, a lane has a height', () => {
  const many = Array.from({ length: 30 }, (_, n) => ({ ...threeTabs()[1]!, letter: String(n), own: n === 0 }))
  assert.ok(layoutOf(300, 200, { from: 0, to: 60, origin: 0 }, many).lane > 0)
})

test('what is pointed at is found in the rows of its own tab', () => {
  const tracks = threeTabs()
  const layout = layoutOf(800, 400, { from: 0, to: 60, origin: 0 }, tracks)
  const [own, other] = layout.sections
  assert.ok(own !== undefined && other !== undefined)
  const x = xOf(layout, 30)
  const found = itemAt(layout, x, laneTop(layout, own, 1) + 1)
  assert.ok(found?.type === 'call' && found.call === tracks[0]?.calls[1] && found.track.letter === 'B')
  const adopted = itemAt(layout, x, other.top + 1)
  assert.ok(adopted?.type === 'refresh' && adopted.refresh.outcome === 'adopted' && adopted.track.letter === 'A')
  assert.equal(itemAt(layout, x, 0), null)
})

test('what another tab tells again brings up to date what is there', () => {
  const track = emptyTrack('B', false)
  write(track, { type: 'call', call: call({ id: 7 }) })
  const [drawn] = track.calls
  write(track, { type: 'call', call: call({ id: 7, endedAt: 9, outcome: 'ok', status: 200 }) })
  assert.equal(track.calls.length, 1)
  assert.equal(track.calls[0], drawn)
  assert.equal(drawn?.outcome, 'ok')
})

test('times of another tab are read by the clock of this one', () => {
  const send = { startedAt: 6, endedAt: null, status: null }
  assert.deepEqual(shifted({ type: 'call', call: call({ startedAt: 5, sends: [send] }) }, 100), {
    type: 'call', call: call({ startedAt: 105, sends: [{ ...send, startedAt: 106 }] }),
  })
  assert.deepEqual(shifted({ type: 'refresh', refresh: refresh({ startedAt: 5, sentAt: 6, endedAt: 7 }) }, -5), {
    type: 'refresh', refresh: refresh({ startedAt: 0, sentAt: 1, endedAt: 2 }),
  })
  assert.deepEqual(shifted({ type: 'marker', marker: { at: 1, kind: 'expired', label: '' } }, 1), {
    type: 'marker', marker: { at: 2, kind: 'expired', label: '' },
  })
})
