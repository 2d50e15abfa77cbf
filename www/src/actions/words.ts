import { AuthError } from 'oauth-refresh-wasm'
import type { Burst } from './burst'

/** Where the figures are from, or what spoils them; to follow how long it took. */
export function othersWords({ others }: Burst): string {
  return others.length === 0 ? '; refreshes as the server counted them' : `; the other callers got ${others.join(', ')}`
}

export function plainWords(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  return error instanceof AuthError ? `${error.code}: ${words}` : words
}
