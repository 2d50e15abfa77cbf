import { useEffect, useState } from 'react'
import { untappedFetch } from '../timeline/tap'

let asked: Promise<string | null> | undefined

/**
 * Where the browser goes to sign in, if the backend leaves that to an OpenID provider; `null` if it takes name and
 * password itself, `undefined` while it has not been heard.
 */
export function useSignInUrl(): string | null | undefined {
  const [url, setUrl] = useState<string | null>()
  useEffect(() => {
    asked ??= ask()
    void asked.then(setUrl)
  }, [])
  return url
}

/** The session check says so, whether or not somebody is signed in. */
async function ask(): Promise<string | null> {
  try {
    const response = await untappedFetch('/auth/session')
    const { sign_in_url } = (await response.json()) as { sign_in_url?: string }
    return sign_in_url ?? null
  } catch {
    // A backend out of reach is reported by whatever is asked of it next.
    return null
  }
}
