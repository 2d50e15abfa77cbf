import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { unpack } from '../e2e/harness/packed.mjs'
import { everywhere, renderOnServer } from './stage.mjs'

const HTML = '<p id="status">unknown 0 false</p>'

for (const strict of [false, true]) {
  everywhere(
    `what a server rendered is hydrated without a word, and then shows the session${strict ? ', in Strict Mode' : ''}`,
    async ({ inPage, major }) => {
      const { html, version, statuses, modules } = await renderOnServer(major)
      assert.equal(version.split('.')[0], major)
      assert.deepEqual(modules, { loaded: 0, later: 2 }, 'rendering alone loads no engine')
      assert.deepEqual(statuses, { default: 'unknown', own: 'active' }, 'the server has clients in both states')
      assert.deepEqual(html, { default: HTML, own: HTML }, 'and says the same of both')
      const seen = await inPage(
        async (html, strict) => {
          const { client } = await kit.signedIn()
          const { client: double, counts } = kit.counted(client)
          const recovered = []
          const app = kit.h(kit.App, { client: double })
          const options = { onRecoverableError: (error) => recovered.push(String(error)) }
          const root = kit.hydrate(html, strict ? kit.h(kit.StrictMode, null, app) : app, options)
          const rendered = kit.text()
          await kit.shows('active 1 true')
          const listening = counts.listening
          kit.flushSync(() => root.unmount())
          return { rendered, recovered, listening, after: counts.listening }
        },
        html.default,
        strict,
      )
      assert.deepEqual(seen, { rendered: 'unknown 0 false', recovered: [], listening: 1, after: 0 })
    },
    // Its HTML is put there by a script, which the policy of the test pages forbids.
    { switches: { csp: 'off' } },
  )
}

test('the files say that they are for clients, before all else', async (t) => {
  const packed = await unpack()
  t.after(() => packed.remove())
  for (const name of ['react.js', 'react.cjs']) {
    assert.match(await readFile(join(packed.folder, name), 'utf8'), /^"use client";/, name)
  }
})
