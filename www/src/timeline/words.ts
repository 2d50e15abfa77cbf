import { milliseconds } from './axis'
import type { Call, Refresh } from './model'
import { durations } from './segments'

/** What became of a call: the status that its caller got, or why there is none. */
export function outcomeWords(call: Call): string {
  switch (call.outcome) {
    case 'pending': return 'under way'
    case 'ok': return String(call.status)
    case 'refreshed': return `${call.status} at the replay`
    case 'unauthorized': return '401'
    case 'aborted': return 'aborted'
    case 'failed': return call.status === null ? 'failed' : String(call.status)
  }
}

/** The steps of a call and how long each took. */
export function stepWords(call: Call, now: number): string[] {
  const { send, wait, replay } = durations(call, now)
  const first = call.sends[0]?.status
  return [
    send > 0 ? `first send ${milliseconds(send)}${call.sends.length > 1 && first ? ` (${first})` : ''}` : '',
    wait > 0 ? `waited ${milliseconds(wait)}` : '',
    replay > 0 ? `replay ${milliseconds(replay)}` : '',
  ].filter((words) => words !== '')
}

const triggers: Readonly<Record<string, string>> = {
  expiry: 'by the timer, ahead of expiry',
  demand: 'because a request found the token expired',
  unauthorized: 'because of a 401',
  wake: 'because the page woke up',
  manual: 'because it was asked for',
}

/** Why a refresh started, to follow a verb. */
export function triggerWords(trigger: string): string {
  return triggers[trigger] ?? `(${trigger})`
}

/** What it was, and why. */
export function refreshTitle({ outcome, trigger }: Refresh): string {
  const what = outcome === 'adopted' ? 'adoption' : 'refresh'
  return trigger === null ? what : `${what}, ${triggerWords(trigger)}`
}

export function refreshOutcomeWords(refresh: Refresh): string {
  // The status of an opaque redirect is 0.
  const answer = refresh.status === null || refresh.status === 0 ? '' : `, answered ${refresh.status}`
  switch (refresh.outcome) {
    case 'pending': return refresh.sentAt === null ? 'waits for its turn' : 'under way'
    case 'adopted': return 'another tab refreshed'
    case 'dropped': return 'dropped for a sign-in or sign-out'
    case 'success': return `renewed${answer}`
    case 'failure': return `failed${answer}${refresh.code === null ? '' : ` (${refresh.code})`}`
  }
}

/** `1 request`, `2 requests`. */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`
}
