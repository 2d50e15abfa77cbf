import type { Call, Send } from './model.ts'

export type Phase = 'send' | 'wait' | 'replay'

export type Tone = 'pending' | 'ok' | 'refreshed' | 'unauthorized' | 'failed' | 'aborted' | 'wait'

export interface Segment {
  readonly phase: Phase
  readonly tone: Tone
  readonly from: number
  readonly to: number
}

/** Shorter than this, a pause between two steps is the time the SDK takes to think, not a wait. Milliseconds. */
const shortestWait = 2

/** What a call went through, first to last; what is still under way ends at `now`. */
export function segments(call: Call, now: number): Segment[] {
  const found: Segment[] = []
  const wait = (from: number, to: number) => {
    if (to - from >= shortestWait) found.push({ phase: 'wait', tone: 'wait', from, to })
  }
  let reached = call.startedAt
  call.sends.forEach((send, index) => {
    wait(reached, send.startedAt)
    reached = send.endedAt ?? call.endedAt ?? now
    found.push({ phase: index === 0 ? 'send' : 'replay', tone: tone(call, send, index), from: send.startedAt, to: reached })
  })
  wait(reached, call.endedAt ?? now)
  return found
}

/** Milliseconds spent in each phase. */
export function durations(call: Call, now: number): Record<Phase, number> {
  const sum = { send: 0, wait: 0, replay: 0 }
  for (const { phase, from, to } of segments(call, now)) sum[phase] += to - from
  return sum
}

function tone(call: Call, send: Send, index: number): Tone {
  if (send.status === null) {
    if (call.outcome === 'aborted') return 'aborted'
    return call.endedAt === null ? 'pending' : 'failed'
  }
  if (send.status === 401) return 'unauthorized'
  if (send.status >= 400) return 'failed'
  return index === 0 ? 'ok' : 'refreshed'
}
