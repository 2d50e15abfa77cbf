'use client'

import { authedFetch, client, configure } from 'oauth-refresh-wasm'
import { useEffect, useSyncExternalStore } from 'react'
import { storm } from '../storm.js'

const { subscribe, getSnapshot } = client.session

export default function Page() {
  const { status } = useSyncExternalStore(subscribe, getSnapshot, getSnapshot)
  useEffect(() => {
    globalThis.app = storm({ authedFetch, configure })
  }, [])
  return <output>{status}</output>
}
