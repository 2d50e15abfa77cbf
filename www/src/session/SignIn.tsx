import { useState, type FormEvent } from 'react'
import { tracedFetch } from '../actions/tracedFetch'

const reasons = {
  rejected: 'The server has ended your session. Please sign in again.',
  signed_out: 'You have signed out.',
} as const

export function SignIn({ because }: { because: keyof typeof reasons | null }) {
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
      {because !== null && <p className="notice">{reasons[because]}</p>}
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
    const response = await tracedFetch('/auth/login', {
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
