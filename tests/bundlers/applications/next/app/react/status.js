'use client'

import { configure } from 'oauth-refresh-wasm'
import { useAuthedFetch, useSession } from 'oauth-refresh-wasm/react'
import { useEffect } from 'react'
import { storm } from '../../storm.js'

export function Status() {
  const { status } = useSession()
  const authedFetch = useAuthedFetch()
  useEffect(() => {
    globalThis.app = storm({ authedFetch, configure })
  }, [authedFetch])
  return <output>{status}</output>
}
