import { client } from 'oauth-refresh-wasm'
import { playground } from '../server/playground'
import { milliseconds } from '../timeline/axis'
import { recorder } from '../timeline/recorder'
import { counted } from '../timeline/words'
import { burst, nameOf, type Burst } from './burst'
import { tracedFetch } from './tracedFetch'

/** What the big button found out; both numbers are measured. */
export interface Storm extends Burst {
  /** By how much the server's own counter of refreshes went up. */
  readonly refreshes: number
  /** Milliseconds from the first call to the last answer. */
  readonly duration: number
}

const stormSize = 50

/** Lets every access token expire, then calls the API fifty times at once. */
export async function storm(): Promise<Storm> {
  const before = await playground.counters()
  await expire()
  const startedAt = performance.now()
  const found = await burst(stormSize)
  const duration = performance.now() - startedAt
  const after = await playground.counters()
  return { ...found, refreshes: after.refreshes - before.refreshes, duration }
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
  const call = recorder.own.calls.findLast(({ path }) => path === '/api/upload')
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
    const outcome = outcomeWords(await aborted)
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

function outcomeWords(outcome: unknown): string {
  return outcome instanceof Response ? `an answer, ${outcome.status}` : nameOf(outcome)
}

function lowered(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}

/** Bytes that no compression makes smaller. */
function noise(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  // `getRandomValues` gives at most 65536 bytes a call.
  for (let offset = 0; offset < size; offset += 65_536) crypto.getRandomValues(bytes.subarray(offset, offset + 65_536))
  return bytes
}
