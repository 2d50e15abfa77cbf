import assert from 'node:assert/strict'
import { test } from 'node:test'
import { milliseconds, tickStep } from './axis.ts'
import { episodes } from './episodes.ts'
import { Lanes } from './lanes.ts'
import type { Call } from './model.ts'
import { segments } from './segments.ts'
import { liveSpan, viewOf } from './view.ts'

function call(fields: Partial<Call>): Call {
  return {
    id: 1, method: 'GET', path: '/', own: false, startedAt: 0, lane: 0, sends: [],
    endedAt: null, outcome: 'pending', status: null, error: null, ...fields,
  }
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
