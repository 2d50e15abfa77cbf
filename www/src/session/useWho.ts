import { AuthError, client } from 'oauth-refresh-wasm'
import { useCallback, useEffect, useRef, useState } from 'react'
import { tracedFetch } from '../actions/tracedFetch'
import { serverStore } from '../server/serverStore'

/** Who is signed in, as the page knows it. */
export type Who =
  | { readonly state: 'asking' }
  | { readonly state: 'user'; readonly name: string }
  /** `because` is `null` if nobody was signed in before. */
  | { readonly state: 'nobody'; readonly because: 'rejected' | 'signed_out' | null }
  | { readonly state: 'unreachable'; readonly message: string }

/** Asks the API on load and at each session start; the second value asks again. */
export function useWho(): [Who, () => void] {
  const [who, setWho] = useState<Who>({ state: 'asking' })
  /** Goes up whenever an answer that is still under way has lost its meaning. */
  const turn = useRef(0)

  const ask = useCallback(async () => {
    const mine = ++turn.current
    const answer = await profile()
    if (mine === turn.current) setWho((before) => keptReason(before, answer))
  }, [])

  useEffect(() => {
    const undo = [
      client.on('sessionstart', () => void ask()),
      client.on('sessionend', ({ reason }) => {
        turn.current += 1
        setWho((before) => ({ state: 'nobody', because: before.state === 'user' ? reason : null }))
      }),
    ]
    // The counters begin before the first request, so that they see all of them.
    void serverStore.open().then(() => {
      if (turn.current === 0) void ask()
    })
    return () => undo.forEach((stop) => stop())
  }, [ask])

  return [who, () => void ask()]
}

async function profile(): Promise<Who> {
  try {
    const response = await tracedFetch('/api/profile')
    if (response.status === 401) return { state: 'nobody', because: null }
    if (!response.ok) return { state: 'unreachable', message: `/api/profile answered ${response.status}` }
    const { user } = (await response.json()) as { user: { name: string } }
    return { state: 'user', name: user.name }
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    return { state: 'unreachable', message: error instanceof AuthError ? `${words} (${error.code})` : words }
  }
}

/** An ended session is answered with a 401, after the event that said why. */
function keptReason(before: Who, answer: Who): Who {
  return before.state === 'nobody' && answer.state === 'nobody' ? before : answer
}
