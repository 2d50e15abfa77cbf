import { client, type SessionSnapshot } from 'oauth-refresh-wasm'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { recorder } from '../timeline/recorder'

const radius = 42
const around = 2 * Math.PI * radius

/** The last quarter of a token's life, in which the SDK refreshes ahead (its default of 300 s is longer than that). */
const aheadShare = 0.25

/** The life that is left to the access token: a ring that empties, and the seconds in it. */
export function Remaining() {
  const session = useSyncExternalStore(client.session.subscribe, client.session.getSnapshot)
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 250)
    return () => clearInterval(timer)
  }, [])
  const lifetime = useLifetime(session)
  const expired = useSyncExternalStore(recorder.subscribe, () => recorder.expired)

  if (session.expiresAt === null) {
    return <Ring share={0} words="–" expired={expired} label="The server did not say how long the token lives" />
  }
  const left = Math.max(0, session.expiresAt - Date.now())
  const seconds = Math.ceil(left / 1000)
  const label = expired
    ? `The SDK counts on ${seconds} seconds more, but the server has let the token expire`
    : `The access token lives for ${seconds} seconds more`
  return <Ring share={lifetime > 0 ? left / lifetime : 0} words={`${seconds} s`} expired={expired} label={label} />
}

interface RingProps {
  /** Of the token's life, from 0 to 1. */
  share: number
  words: string
  expired: boolean
  label: string
}

function Ring({ share, words, expired, label }: RingProps) {
  return (
    <div className={expired ? 'ring ring-expired' : 'ring'} role="img" aria-label={label}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle className="ring-track" cx="50" cy="50" r={radius} />
        <circle className="ring-ahead" cx="50" cy="50" r={radius} strokeDasharray={`${around * aheadShare} ${around}`} />
        <circle
          className={share <= aheadShare ? 'ring-left ring-low' : 'ring-left'}
          cx="50"
          cy="50"
          r={radius}
          strokeDasharray={`${around * Math.min(1, share)} ${around}`}
        />
      </svg>
      <span className="ring-words">
        <span data-testid="remaining">{words}</span>
        <small>{expired ? 'expired' : 'left'}</small>
      </span>
    </div>
  )
}

/** Milliseconds that the token of this expiry had to live when the page learned of it. */
function useLifetime({ expiresAt }: SessionSnapshot): number {
  const [known, setKnown] = useState(() => ({ expiresAt, lifetime: lifetimeUntil(expiresAt) }))
  if (known.expiresAt === expiresAt) return known.lifetime
  const lifetime = lifetimeUntil(expiresAt)
  setKnown({ expiresAt, lifetime })
  return lifetime
}

function lifetimeUntil(expiresAt: number | null): number {
  return expiresAt === null ? 0 : expiresAt - Date.now()
}
