import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { install } from '../package/installed.mjs'

const packages = fileURLToPath(new URL('node_modules', import.meta.url))

const source = `
import axios, { type AxiosRequestConfig } from 'axios'
import { client, createAuthClient, type AuthClient } from 'oauth-refresh-wasm'
import { attach, type ReplayFlag } from 'oauth-refresh-wasm/axios'

const api = axios.create({ baseURL: '/api' })
const detach: () => void = attach(api)
attach(axios, client)
const mine: AuthClient = createAuthClient()
attach(api, mine)
detach()

const once: AxiosRequestConfig & ReplayFlag = { _retry: true }
void api.get('/profile', once)

// @ts-expect-error: an instance, not its options
attach({ baseURL: '/api' })
// @ts-expect-error: a client, not its options
attach(api, { loginURL: '/auth/login' })
// @ts-expect-error: it is yes or no
const flag: ReplayFlag = { _retry: 1 }
void flag
`

const dom = ['--lib', 'ES2022,DOM,DOM.Iterable']
const resolutions = [
  [['app.mts', 'app.cts'], ['--module', 'node16', ...dom]],
  [['app.mts', 'app.cts'], ['--module', 'nodenext', ...dom]],
  [['app.ts'], ['--module', 'esnext', '--moduleResolution', 'bundler', ...dom]],
]
for (const [version, name] of Object.entries({ 1.21: 'axios', 1.7: 'axios-1.7' })) {
  test(`the types fit those of axios ${version}, however they are resolved`, async (t) => {
    const app = await install()
    t.after(() => app.remove())
    await symlink(join(packages, name), join(app.root, 'node_modules', 'axios'))
    for (const [files, options] of resolutions) {
      const sources = Object.fromEntries(files.map((file) => [file, source]))
      assert.equal(await app.compile(sources, options), '', options.join(' '))
    }
  })
}
