import { AuthError } from 'oauth-refresh-wasm'
import { playground } from '../server/playground'

/** What is left to show when the SDK could not be set up. */
export function EngineFailure({ error }: { error: unknown }) {
  const startAgain = async () => {
    await playground.reset()
    location.reload()
  }
  return (
    <main className="failure card">
      <h1>The SDK could not start</h1>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {error instanceof AuthError && <p className="hint">Its error code is <code>{error.code}</code>.</p>}
      <p>If the page's Content Security Policy was switched to one without WebAssembly, put the switches back.</p>
      <button type="button" className="primary" onClick={startAgain}>Reset the switches and reload</button>
    </main>
  )
}
