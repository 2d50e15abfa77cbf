/** What ends with the tab, however that ends: the playground's own locks, which the SDK knows nothing of. */
const prefix = 'oauth-refresh-wasm playground'

/** Takes a lock and keeps it; `null` where somebody else has it. The result lets go of it. */
export function take(name: string): Promise<(() => void) | null> {
  return new Promise((taken, failed) => {
    navigator.locks
      .request(`${prefix} ${name}`, { ifAvailable: true }, (lock) => {
        if (lock === null) return taken(null)
        return new Promise<void>((letGo) => taken(letGo))
      })
      .catch(failed)
  })
}

/** Calls back once nobody has the lock any more, unless aborted before. */
export function whenFree(name: string, signal: AbortSignal, free: () => void): void {
  navigator.locks.request(`${prefix} ${name}`, { mode: 'shared', signal }, free).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
