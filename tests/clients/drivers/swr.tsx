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

/** With retries that come soon, if they come. */
const value = { ...swr, errorRetryInterval: 1 }

/** Shows an element, which stays. At once, so that ten of them ask before any is answered. */
const shown = <Value,>(element: (ends: Ends<Value>) => React.ReactNode) =>
  new Promise<Value>((resolve, reject) => {
    const root = createRoot(document.createElement('div'))
    flushSync(() => root.render(<SWRConfig value={value}>{element({ resolve, reject })}</SWRConfig>))
  })

const write = (url: string, body: object) => shown<any>((ends) => <Write url={url} body={body} ends={ends} />)

export const driver: Driver = {
  signIn: (password) => write('/auth/login', { username: 'demo', password }),
  /** It has nothing for giving up. */
  read: (id) => shown<string>((ends) => <Read id={id} ends={ends} />),
  add: async (text) => (await write('/rest/notes', { text })).text,
  status: (error) => error.status,
  isUnavailable: (error) => error.code === 'refresh_unavailable',
  insist: (id) => shown<string>((ends) => <Insist id={id} ends={ends} />),
}
