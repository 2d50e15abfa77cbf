import { AuthError, client } from 'oauth-refresh-wasm'
import { playground } from '../server/playground'
import { milliseconds } from '../timeline/axis'
import { recorder } from '../timeline/recorder'
import { counted } from '../timeline/words'
import { tracedFetch } from './tracedFetch'

/** What the big button found out; both numbers are measured. */
export interface Storm {
  /** Calls whose answer was 2xx. */
  readonly answers: number
  /** By how much the server's own counter of refreshes went up. */
  readonly refreshes: number
  /** What the other callers got, each once: a status, or the code or name of an error. */
  readonly others: readonly string[]
  /** Milliseconds from the first call to the last answer. */
  readonly duration: number
}

const stormSize = 50

/** Lets every access token expire, then calls the API fifty times at once. */
export async function storm(): Promise<Storm> {
  const before = await playground.counters()
  await expire()
  const startedAt = performance.now()
  const calls = Array.from({ length: stormSize }, (_, index) => tracedFetch(`/api/items/${index + 1}`))
  const settled = await Promise.allSettled(calls)
  const duration = performance.now() - startedAt
  const after = await playground.counters()
  const outcomes = settled.map(outcomeOf)
  const others = outcomes.filter((outcome) => outcome !== 'ok')
  return {
    answers: outcomes.length - others.length,
    refreshes: after.refreshes - before.refreshes,
    others: [...new Set(others)],
    duration,
  }
}

export async function expire(): Promise<string> {
  await playground.expire()
  recorder.mark('expired', 'token expired')
  return 'The server no longer takes the access token. The SDK will find out with the next request.'
}

export async function callOnce(): Promise<string> {
  const startedAt = performance.now()
  const response = await tracedFetch('/api/items/1')
  return `${saying(response)} after ${milliseconds(performance.now() - startedAt)}.`
}

/** Bytes of the file that is made up for the upload. */
const fileSize = 256 * 1024

export async function upload(): Promise<string> {
  const form = new FormData()
  form.append('title', 'A file made in this page')
  form.append('file', new File([noise(fileSize)], 'noise.bin', { type: 'application/octet-stream' }))
  const response = await tracedFetch('/api/upload', { method: 'POST', body: form })
  if (!response.ok) return `${saying(response)} to the upload.`
  const call = recorder.calls.findLast(({ path }) => path === '/api/upload')
  const twice = call !== undefined && call.sends.length > 1 ? ', at the second send: the form was replayed whole' : ''
  return `A form with a file of ${fileSize.toLocaleString('en-US')} bytes has arrived${twice}.`
}

/** Milliseconds that each step of {@link abortOne} is left on screen. */
const stepTime = 500

/** Two calls wait for one refresh, which the server holds back; one of them is aborted, the other gets its answer. */
export async function abortOne(): Promise<string> {
  const aborter = new AbortController()
  await playground.change({ holdRefresh: true })
  try {
    await expire()
    const refreshing = refreshStarted()
    const aborted = tracedFetch('/api/items/1', { signal: aborter.signal }).catch((error: unknown) => error)
    await Promise.race([refreshing, aborted])
    const other = tracedFetch('/api/items/2').then(saying, (error: unknown) => `the answer was ${nameOf(error)}`)
    await shown()
    aborter.abort()
    const outcome = nameOf(await aborted)
    await shown()
    await playground.change({ holdRefresh: false })
    return `The aborted call ended at once with ${outcome}; the refresh went on. To the other call, ${lowered(await other)}.`
  } finally {
    await playground.change({ holdRefresh: false })
  }
}

export async function endOnServer(): Promise<string> {
  await playground.end()
  return 'The server has forgotten every session. Call the API to see the SDK find out.'
}

/** `50 answers, 1 refresh`. */
export function stormWords({ answers, refreshes }: Storm): string {
  return `${counted(answers, 'answer')}, ${counted(refreshes, 'refresh', 'refreshes')}`
}

/** `ok`, a status, or the code or name of an error. */
function outcomeOf(settled: PromiseSettledResult<Response>): string {
  if (settled.status === 'fulfilled') return settled.value.ok ? 'ok' : String(settled.value.status)
  return settled.reason instanceof AuthError ? settled.reason.code : nameOf(settled.reason)
}

function refreshStarted(): Promise<void> {
  return new Promise((resolve) => {
    const undo = client.on('refresh', ({ phase }) => {
      if (phase !== 'start') return
      undo()
      resolve()
    })
  })
}

/** A moment for the person who looks on. */
function shown(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, stepTime))
}

function saying(response: Response): string {
  return `The API answered ${response.status}`
}

function lowered(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}

function nameOf(outcome: unknown): string {
  if (outcome instanceof Response) return `an answer, ${outcome.status}`
  return outcome instanceof Error || outcome instanceof DOMException ? outcome.name : String(outcome)
}

/** Bytes that no compression makes smaller. */
function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  // `getRandomValues` gives at most 65536 bytes a call.
  for (let offset = 0; offset < size; offset += 65_536) crypto.getRandomValues(bytes.subarray(offset, offset + 65_536))
  return bytes
}
