import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { CURED, build, built, enginesServed } from './built.mjs'
import { bundlers } from './bundlers.mjs'

for (const bundler of Object.keys(bundlers)) {
  const name = `S1 ${bundler}: loading does nothing, 20 calls are cured by one refresh`
  built(name, { bundler, entry: 'inlined.js' }, async ({ backend, page }) => {
    assert.deepEqual(await page.run(() => app), CURED)
    const counters = await backend.counters()
    assert.equal(counters.refreshes, 1)
    assert.deepEqual(enginesServed(counters), [], 'the engine is within the script')
  })

  test(`${bundler}: what is imported and not used is dropped whole`, async () => {
    const { dist } = await build(bundler, 'unused.js')
    const names = (await readdir(dist, { recursive: true })).filter((name) => name.endsWith('.js'))
    const scripts = await Promise.all(names.map((name) => readFile(join(dist, name), 'utf8')))
    assert.ok(scripts.some((text) => text.includes('uses nothing of what it imports')))
    assert.deepEqual(scripts.filter((text) => text.includes('AuthError')), [])
  })
}
