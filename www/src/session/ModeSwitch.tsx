import { addresses, mode } from './mode'
import { useSignInUrl } from './signInUrl'

/** Cookies or bearer tokens: two addresses of this page. */
export function ModeSwitch() {
  // A backend that keeps a provider's tokens for its pages hands none out.
  if (useSignInUrl() !== null) return null
  return (
    <>
      <nav className="segmented modes" aria-label="Where the tokens are">
        <a href={addresses.cookie} aria-current={mode === 'cookie' ? 'page' : undefined} data-testid="mode-cookie">
          Cookies
        </a>
        <a href={addresses.bearer} aria-current={mode === 'bearer' ? 'page' : undefined} data-testid="mode-bearer">
          Bearer tokens in memory
        </a>
      </nav>
      {mode === 'bearer' && (
        <p className="hint modes-hint" data-testid="mode-hint">
          The tokens are in this page’s memory and nowhere else: a reload signs out, and every tab signs in by itself.
        </p>
      )}
    </>
  )
}
