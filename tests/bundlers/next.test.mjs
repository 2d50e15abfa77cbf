import assert from 'node:assert/strict'
import { after } from 'node:test'
import { scenario } from '../e2e/harness/scenario.mjs'
import { neighborhood } from './application.mjs'
import { curesOnServer } from './server-api.mjs'
import { build, front, start } from './site.mjs'
import { watch } from './watch.mjs'

const { settle, leave } = await neighborhood()
after(leave)

const PAGES = { '/': 'a client component', '/react': 'a server component with AuthProvider' }

for (const bundler of ['webpack', 'turbopack']) {
  scenario(`S1 Next.js, ${bundler}: pages with their server render, Node and edge routes`, async (stage) => {
    const { page, t } = stage
    const root = await settle(bundler, 'next')
    await build(root, bundler)
    const site = await start(root)
    t.after(site.stop)
    await watch(page, t)
    for (const [path, what] of Object.entries(PAGES)) {
      await t.test(`${what}: the server renders a session that nobody knows of, and asks nobody`, () =>
        isRendered(stage, site, path))
      await t.test(`S1 ${what}: the browser takes over, and cures 20 calls by one refresh`, () =>
        isHydrated(stage, site, path))
    }
    for (const route of ['/node', '/api/edge']) {
      await t.test(`S1 ${route} cures 20 calls by one refresh`, () => cures(site.origin + route))
    }
  })
}

async function isRendered({ backend }, { origin }, path) {
  await backend.forget()
  assert.match(await (await fetch(origin + path)).text(), /<output>unknown<\/output>/)
  assert.equal((await backend.counters()).requests, 0)
}

async function isHydrated({ backend, page, t }, site, path) {
  const served = await front(site.origin, backend.origin)
  t.after(served.stop)
  await backend.forget()
  await page.at(served.origin).open(path)
  const { statuses, generation } = await page.run(() => app)
  assert.deepEqual({ statuses, generation }, { statuses: Array(20).fill(200), generation: 2 })
  assert.equal((await backend.counters()).refreshes, 1)
  assert.equal(await page.run(() => document.querySelector('output').textContent), 'active')
  assert.deepEqual(await page.complaints(), [])
}

async function cures(route) {
  await curesOnServer(async (origin) => {
    const answer = await fetch(route, { method: 'POST', body: JSON.stringify({ origin }) })
    assert.equal(answer.status, 200)
    return answer.json()
  })
}
