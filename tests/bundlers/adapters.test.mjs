import assert from 'node:assert/strict'
import { CURED, built } from './built.mjs'
import { usual } from './bundlers.mjs'

for (const bundler of usual) {
  const name = `S1 ${bundler}: ./axios and the main entry have one session`
  built(name, { bundler, entry: 'adapters.js' }, async ({ backend, page }) => {
    const { statuses, generation } = await page.run(() => app)
    assert.deepEqual({ ...CURED, statuses, generation }, CURED)
    assert.equal((await backend.counters()).refreshes, 1)
  })
}
