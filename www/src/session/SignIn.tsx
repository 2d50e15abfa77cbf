import { useState, type FormEvent } from 'react'
import { tracedFetch } from '../actions/tracedFetch'
import { signInPath } from './mode'
import { useSignInUrl } from './signInUrl'

const reasons = {
  rejected: 'The server has ended your session. Please sign in again.',
  signed_out: 'You have signed out.',
} as const

type Reason = keyof typeof reasons | null

/** The way in that the backend has: its own form, or the one of a provider. */
export function SignIn({ because }: { because: Reason }) {
  const url = useSignInUrl()
  if (url === undefined) return null
  if (url === null) return <SignInForm because={because} />
  return (
    <div className="sign-in">
      <Notice because={because} />
      <p className="hint">The backend leaves the sign-in to an OpenID provider. It keeps the tokens, and the browser gets one cookie.</p>
      <a className="primary" href={`${url}?return_to=${encodeURIComponent('/')}`} data-testid="sign-in-link">
        Sign in at the provider
      </a>
    </div>
  )
}

function Notice({ because }: { because: Reason }) {
  return because === null ? null : <p className="notice">{reasons[because]}</p>
}

function SignInForm({ because }: { because: Reason }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(await signIn(String(form.get('username')), String(form.get('password'))))
    setBusy(false)
  }

  return (
    <form className="sign-in" data-testid="sign-in-form" onSubmit={submit}>
      <Notice because={because} />
      <label>
        User name
        <input name="username" autoComplete="username" required defaultValue="demo" data-testid="username" />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          autoComplete="current-password"
          required
          aria-describedby="password-hint"
          aria-invalid={problem !== null}
          data-testid="password"
        />
      </label>
      <p className="hint" id="password-hint">
        Both are <code>demo</code>. Try a wrong one as well: its 401 starts no refresh.
      </p>
      <p className="problem" role="alert" data-testid="sign-in-error">{problem}</p>
      <button type="submit" className="primary" disabled={busy} data-testid="sign-in">
        {busy ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  )
}

/** What went wrong, or `null`: then the SDK has seen the answer of the login URL and started the session. */
async function signIn(username: string, password: string): Promise<string | null> {
  try {
    const response = await tracedFetch(signInPath, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    if (response.ok) return null
    return response.status === 401 ? 'wrong password' : `the server answered ${response.status}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
