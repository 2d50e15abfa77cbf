import assert from 'node:assert/strict'
import { after } from 'node:test'
import { scenario } from '../e2e/harness/scenario.mjs'
import { neighborhood } from './application.mjs'
import { curesOnServer } from './server-api.mjs'
import { build, front, start } from './site.mjs'
import { watch } from './watch.mjs'

const { settle, leave } = await neighborhood()
after(leave)

for (const bundler of ['webpack', 'turbopack']) {
  scenario(`S1 Next.js, ${bundler}: client component, its server render, Node and edge routes`, async (stage) => {
    const { t } = stage
    const root = await settle(bundler, 'next')
    await build(root, bundler)
    const site = await start(root)
    t.after(site.stop)
    await t.test('the server renders a session that nobody knows of yet, and asks nobody', () => isRendered(stage, site))
    await t.test('S1 the client component takes over, and cures 20 calls by one refresh', () => isHydrated(stage, site))
    for (const route of ['/node', '/api/edge']) {
      await t.test(`S1 ${route} cures 20 calls by one refresh`, () => cures(site.origin + route))
    }
  })
}

async function isRendered({ backend }, { origin }) {
  await backend.forget()
  assert.match(await (await fetch(origin)).text(), /<output>unknown<\/output>/)
  assert.equal((await backend.counters()).requests, 0)
}

async function isHydrated({ backend, page, t }, site) {
  const served = await front(site.origin, backend.origin)
  t.after(served.stop)
  await watch(page, t)
  await backend.forget()
  await page.at(served.origin).open('/')
  const { statuses, generation } = await page.run(() => app)
  assert.deepEqual({ statuses, generation }, { statuses: Array(20).fill(200), generation: 2 })
  assert.equal((await backend.counters()).refreshes, 1)
  assert.equal(await page.run(() => document.querySelector('output').textContent), 'active')
}

async function cures(route) {
  await curesOnServer(async (origin) => {
    const answer = await fetch(route, { method: 'POST', body: JSON.stringify({ origin }) })
    return answer.json()
  })
}
