import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { install } from './installed.mjs'

let app
before(async () => {
  app = await install()
})
after(() => app?.remove())

const right = `
import { authedFetch, configure, AuthError, type AuthClient } from 'oauth-refresh-wasm'
const client: AuthClient = configure({ loginURL: '/auth/login' })
const dropIn: typeof fetch = authedFetch
void [client, dropIn, AuthError]
`
const wrong = `
import { configure } from 'oauth-refresh-wasm'
configure({ loginUrl: '/auth/login' })
`
const streamed = `
import { authedFetch } from 'oauth-refresh-wasm/url'
void authedFetch('/')
`

const resolutions = [
  ['nodenext, ESM', '.mts', ['--module', 'nodenext']],
  ['nodenext, CommonJS', '.cts', ['--module', 'nodenext']],
  ['bundler', '.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
]
for (const [name, extension, options] of resolutions) {
  test(`the types are found and checked: ${name}`, async () => {
    const entries = {
      [`right${extension}`]: right,
      ...(extension !== '.cts' && { [`streamed${extension}`]: streamed }),
    }
    assert.equal(await app.compile(entries, options), '')
    const complaint = await app.compile({ [`wrong${extension}`]: wrong }, options)
    assert.match(complaint, /'loginUrl' does not exist in type 'AuthOptions'/)
  })
}
