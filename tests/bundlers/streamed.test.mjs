// What becomes of `oauth-refresh-wasm/url`, whose engine is a file of its own, without configuration.

import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { CURED, built, enginesServed } from './built.mjs'
import { bundlers } from './bundlers.mjs'

/** By the name of the bundler: what the test of it is called, and what is seen. */
const outcomes = {
  'Vite': brought,
  'Vite, the major before': brought,
  'Vite, one file': brought,
  'webpack': brought,
  'Rspack': brought,
  'Rollup': leftBehind,
  'Rollup, one file': leftBehind,
  'esbuild': leftBehind,
  'esbuild, one file': withoutAddress,
  'Parcel': broken,
}

test('every bundler has been tried', () => assert.deepEqual(Object.keys(outcomes).sort(), Object.keys(bundlers).sort()))

for (const [bundler, outcome] of Object.entries(outcomes)) outcome(bundler)

function brought(bundler) {
  built(`S1 ${bundler}, ./url: the bundler brings core.wasm along`, { bundler, entry: 'streamed.js' }, works)
}

function leftBehind(bundler) {
  const name = `S1 ${bundler}, ./url: an error asks for core.wasm, which works once it is copied`
  built(name, { bundler, entry: 'streamed.js' }, async (stage) => {
    await isRefused(stage, /^The engine of .*\/core\.wasm could not be had \(404.*Serve core\.wasm beside url\.js/)
    await copyFile(join(stage.root, 'node_modules', 'oauth-refresh-wasm', 'core.wasm'), join(stage.dist, 'core.wasm'))
    await stage.open()
    await works(stage)
  })
}

function withoutAddress(bundler) {
  const name = `${bundler}, ./url: an error names the entry that works`
  built(name, { bundler, entry: 'streamed.js', complaints: true }, (stage) =>
    isRefused(stage, /or import 'oauth-refresh-wasm', which needs no second file/),
  )
}

/**
 * The script asks for an import map that the document does not have:
 * https://github.com/parcel-bundler/parcel/issues/10252
 */
function broken(bundler) {
  const name = `${bundler}, ./url: the script does not start`
  built(name, { bundler, entry: 'streamed.js', complaints: true }, async ({ page }) => {
    assert.equal(await page.run(() => typeof globalThis.app), 'undefined')
    const [complaint] = await page.complaints()
    assert.match(complaint, /Failed to execute 'resolve' on 'import\.meta'|Failed to resolve module specifier/)
  })
}

async function works({ backend, page }) {
  assert.deepEqual(await page.run(() => app), CURED)
  const counters = await backend.counters()
  assert.equal(counters.refreshes, 1)
  assert.equal(enginesServed(counters).length, 1, 'the engine is a file of its own')
}

async function isRefused({ page }, sentence) {
  const error = await page.run(() => kit.outcome(app))
  assert.equal(error.code, 'engine_unavailable')
  assert.match(error.message, sentence)
}
