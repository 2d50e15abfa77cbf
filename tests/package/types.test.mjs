import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { install } from './installed.mjs'

let app
before(async () => {
  app = await install()
})
after(() => app?.remove())

const right = (entry) => `
import { authedFetch, client, configure, createAuthClient, ready, AuthError, type AuthClient } from '${entry}'
const own: AuthClient = configure({ loginURL: '/auth/login' })
const dropIn: typeof fetch = authedFetch
const same: typeof client = createAuthClient()
void [own, dropIn, same, ready(), AuthError]
`
const wrong = (entry) => `
import { configure } from '${entry}'
configure({ loginUrl: '/auth/login' })
`

const NOT_CODE = ['./core.wasm', './package.json']
/** Their types need packages of others, which their own tests have. */
const ADAPTERS = ['./axios', './react']
/** For browsers, which know no `require`. */
const ESM_ALONE = ['./url']

const manifest = JSON.parse(readFileSync(new URL('../../pkg/package.json', import.meta.url)))
const subPaths = Object.keys(manifest.exports).filter((path) => ![...NOT_CODE, ...ADAPTERS].includes(path))

const resolutions = [
  ['bundler', '.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ['node16, ESM', '.mts', ['--module', 'node16', '--moduleResolution', 'node16']],
  ['node16, CommonJS', '.cts', ['--module', 'node16', '--moduleResolution', 'node16']],
  ['nodenext, ESM', '.mts', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
  ['nodenext, CommonJS', '.cts', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
]
for (const [name, extension, options] of resolutions) {
  const entries = subPaths
    .filter((path) => extension !== '.cts' || !ESM_ALONE.includes(path))
    .map((path) => ({ entry: path.replace('.', 'oauth-refresh-wasm'), file: path.replace('.', 'entry').replace('/', '-') }))

  test(`the types are found and checked: ${name}`, async () => {
    const good = Object.fromEntries(entries.map(({ entry, file }) => [`right-${file}${extension}`, right(entry)]))
    assert.equal(await app.compile(good, options), '')
    const bad = Object.fromEntries(entries.map(({ entry, file }) => [`wrong-${file}${extension}`, wrong(entry)]))
    const complaints = (await app.compile(bad, options)).split('\n').filter((line) => /^\S/.test(line))
    assert.deepEqual(
      complaints.map((line) => /'loginUrl' does not exist in type 'AuthOptions'/.test(line)),
      entries.map(() => true),
      complaints.join('\n'),
    )
  })
}
