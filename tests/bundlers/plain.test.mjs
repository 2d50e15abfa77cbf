import assert from 'node:assert/strict'
import { CURED, built } from './built.mjs'
import { usual } from './bundlers.mjs'

const switches = { csp: 'no-wasm' }

for (const bundler of usual) {
  const name = `S1 K8 ${bundler}: ./js works under a policy without 'wasm-unsafe-eval'`
  built(name, { bundler, entry: 'plain.js', switches }, async ({ backend, page }) => {
    assert.deepEqual(await page.run(() => app), CURED)
    assert.equal((await backend.counters()).refreshes, 1)
  })
}
