import { AuthError } from 'oauth-refresh-wasm'
import { tracedFetch } from './tracedFetch'

/** What many calls at once came to. */
export interface Burst {
  /** Calls whose answer was 2xx. */
  readonly answers: number
  /** What the other callers got, each once: a status, or the code or name of an error. */
  readonly others: readonly string[]
}

/** Calls the API so many times at once. */
export async function burst(size: number): Promise<Burst> {
  const calls = Array.from({ length: size }, (_, index) => tracedFetch(`/api/items/${index + 1}`))
  const outcomes = (await Promise.allSettled(calls)).map(outcomeOf)
  const others = outcomes.filter((outcome) => outcome !== 'ok')
  return { answers: size - others.length, others: [...new Set(others)] }
}

/** The name of an error. */
export function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : String(error)
}

/** `ok`, a status, or the code or name of an error. */
function outcomeOf(settled: PromiseSettledResult<Response>): string {
  if (settled.status === 'fulfilled') return settled.value.ok ? 'ok' : String(settled.value.status)
  return settled.reason instanceof AuthError ? settled.reason.code : nameOf(settled.reason)
}
