import { useEffect, useRef } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import useSWR, { SWRConfig } from 'swr'
import useSWRMutation from 'swr/mutation'
import { json, swr } from '../recipes/swr.js'
import type { Driver } from './driver.js'
import type { Note } from './note.js'

interface Ends<Value> {
  resolve(value: Value): void
  reject(error: unknown): void
}

function Read({ id, ends: { resolve, reject } }: { id: string; ends: Ends<string> }) {
  const { data, error } = useSWR<Note>(`/rest/notes/${id}`)
  useEffect(() => {
    if (data) resolve(data.text)
    else if (error) reject(error)
  }, [data, error])
  return null
}

/** It shows each failure; the last one is the end. */
function Insist({ id, ends: { resolve, reject } }: { id: string; ends: Ends<string> }) {
  const tries = useRef(0)
  useSWR<Note>(`/rest/notes/${id}`, {
    onSuccess: ({ text }) => resolve(text),
    onErrorRetry: (error, _key, _config, revalidate, options) => {
      tries.current += 1
      if (tries.current > 3) reject(error)
      else void revalidate(options)
    },
    shouldRetryOnError: true,
    dedupingInterval: 0,
  })
  return null
}

function Write({ url, body, ends: { resolve, reject } }: { url: string; body: object; ends: Ends<any> }) {
  const { trigger } = useSWRMutation(url, (url) =>
    json(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  )
  useEffect(() => void trigger().then(resolve, reject), [])
  return null
}

/** Shows an element until it has come to its end. At once, so that ten of them ask before any is answered. */
async function shown<Value>(element: (ends: Ends<Value>) => React.ReactNode) {
  const root = createRoot(document.createElement('div'))
  try {
    return await new Promise<Value>((resolve, reject) => {
      flushSync(() => root.render(<SWRConfig value={swr}>{element({ resolve, reject })}</SWRConfig>))
    })
  } finally {
    root.unmount()
  }
}

const write = (url: string, body: object) => shown<any>((ends) => <Write url={url} body={body} ends={ends} />)

export const driver: Driver = {
  signIn: (password) => write('/auth/login', { username: 'demo', password }),
  /** It has nothing for giving up. */
  read: (id) => shown<string>((ends) => <Read id={id} ends={ends} />),
  add: async (text) => (await write('/rest/notes', { text })).text,
  status: (error) => error.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
  insist: (id) =>
    shown<string>(({ resolve, reject }) => <Insist id={id} ends={{ resolve, reject }} />),
}
