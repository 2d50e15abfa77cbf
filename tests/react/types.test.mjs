import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { install } from '../package/installed.mjs'

const packages = fileURLToPath(new URL('node_modules', import.meta.url))

const source = `
import { createElement, type ReactElement } from 'react'
import { client, type SessionSnapshot } from 'oauth-refresh-wasm'
import { AuthProvider, useAuthedFetch, useSession } from 'oauth-refresh-wasm/react'

export function Profile(): ReactElement {
  const { status, expiresAt, generation }: SessionSnapshot = useSession()
  const fetch: typeof globalThis.fetch = useAuthedFetch()
  void fetch('/api/profile')
  // @ts-expect-error: there is no such status
  if (status === 'expired') return createElement('p')
  return createElement('p', null, status, expiresAt?.toFixed(), generation.toFixed())
}

export const elements = [
  createElement(AuthProvider, null, createElement(Profile), 'text'),
  createElement(AuthProvider, { client }, createElement(Profile)),
  // @ts-expect-error: a client, not its options
  createElement(AuthProvider, { client: { loginURL: '/auth/login' } }),
]
// @ts-expect-error: it asks for nothing
useSession(client)
`
const markup = `
import { client } from 'oauth-refresh-wasm'
import { AuthProvider, useSession } from 'oauth-refresh-wasm/react'

function Status() {
  return <p>{useSession().status}</p>
}
export const app = <AuthProvider client={client}><Status />text{null}</AuthProvider>
// @ts-expect-error: there is no such property
export const wrong = <AuthProvider session={client}><Status /></AuthProvider>
`

const dom = ['--lib', 'ES2022,DOM,DOM.Iterable', '--jsx', 'react-jsx']
const resolutions = [
  [{ 'app.mts': source, 'app.cts': source }, ['--module', 'node16', ...dom]],
  [{ 'app.mts': source, 'app.cts': source }, ['--module', 'nodenext', ...dom]],
  [{ 'app.ts': source, 'markup.tsx': markup }, ['--module', 'esnext', '--moduleResolution', 'bundler', ...dom]],
]
for (const [major, name] of Object.entries({ 18: 'react-18', 19: 'react' })) {
  test(`the types fit those of React ${major}, however they are resolved`, async (t) => {
    const app = await install()
    t.after(() => app.remove())
    await mkdir(join(app.root, 'node_modules', '@types'))
    await symlink(join(packages, '@types', name), join(app.root, 'node_modules', '@types', 'react'))
    for (const [files, options] of resolutions) {
      assert.equal(await app.compile(files, options), '', options.join(' '))
    }
  })
}
