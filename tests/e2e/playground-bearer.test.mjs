import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { By, until } from 'selenium-webdriver'
import { startProvider } from './harness/provider.mjs'
import { scenario } from './harness/scenario.mjs'

const PATIENCE = 10_000
const BEARER = '/?mode=bearer'
const dist = fileURLToPath(new URL('../../www/dist', import.meta.url))

/** What a page shows, by its `data-testid`s: waited for, clicked, typed into. */
function controls(page) {
  const found = (driver, id) =>
    driver.wait(until.elementLocated(By.css(`[data-testid="${id}"]`)), PATIENCE, `there is no ${id}`)
  const find = (id) => page.drive((driver) => found(driver, id))
  const click = (id) => page.drive(async (driver) => (await found(driver, id)).click())
  const shows = (id, text) =>
    page.drive((driver) => {
      const script = 'return document.querySelector(`[data-testid="${arguments[0]}"]`)?.textContent'
      const shown = async () => (await driver.executeScript(script, id))?.includes(text)
      return driver.wait(shown, PATIENCE, `${id} does not show '${text}'`)
    })
  const count = (id) => page.drive(async (driver) => (await driver.findElements(By.css(`[data-testid="${id}"]`))).length)
  const signIn = async (password) => {
    await page.drive(async (driver) => {
      const field = await found(driver, 'password')
      await field.clear()
      await field.sendKeys(password)
    })
    await click('sign-in')
  }
  /** Runs a function among the page's own. */
  const run = async (action) => JSON.parse(await page.call(`async () => JSON.stringify(await (${action})() ?? null)`, ''))
  return { find, click, shows, count, signIn, run }
}

/** Keeps a copy of what the server says at `/oauth`, tokens and all: a page of one's own would not. */
function eavesdrop() {
  const send = globalThis.fetch
  globalThis.overheard = []
  globalThis.fetch = async (...request) => {
    const response = await send(...request)
    if (new URL(response.url).pathname.startsWith('/oauth/')) globalThis.overheard.push(await response.clone().text())
    return response
  }
}

/** All that outlives a page, and the page itself, as text. */
async function kept() {
  const databases = (await indexedDB.databases?.()) ?? []
  const stores = [{ ...localStorage }, { ...sessionStorage }, history.state, databases, await caches.keys()]
  return [location.href, document.cookie, document.documentElement.outerHTML, JSON.stringify(stores)].join('\n')
}

scenario(
  'K4 the playground in bearer mode: fifty answers with one refresh, no token anywhere, and a sign-out that revokes',
  async ({ backend, page }) => {
    const { find, click, shows, count, signIn, run } = controls(page)
    await find('sign-in-form')
    await shows('mode-hint', 'a reload signs out')
    assert.equal(await count('open-tab'), 0, 'tabs have nothing to do with each other here')
    await run(eavesdrop)
    await backend.forget()

    await signIn('wrong')
    await shows('sign-in-error', 'wrong password')
    assert.equal((await backend.counters()).refreshes, 0)

    await signIn('demo')
    await shows('who', 'demo')
    await shows('status', 'active')
    await click('fire-50')
    await shows('fire-result', '50 answers, 1 refresh')
    const fired = await backend.counters()
    assert.deepEqual([fired.refreshes, fired.refreshesOk, fired.reuseDetected], [1, 1, 0])
    assert.equal(fired.byPath['POST /oauth/token'], 1)
    for (let n = 1; n <= 50; n++) assert.ok(fired.byPath[`GET /api/items/${n}`] <= 2)
    await click('upload')
    await shows('action-result', '262,144 bytes')

    const answers = (await run(() => globalThis.overheard)).map((text) => JSON.parse(text))
    const tokens = answers.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token]).filter(Boolean)
    assert.equal(new Set(tokens).size, 4)
    const cookies = await page.cookies()
    assert.deepEqual(Object.keys(cookies), ['XSRF-TOKEN'])
    const text = [await run(kept), JSON.stringify(cookies)].join('\n')
    for (const token of tokens) assert.ok(!text.includes(token), 'the page keeps a token')
    assert.deepEqual(await run(() => [localStorage.length, sessionStorage.length]), [0, 0])

    await click('sign-out')
    await find('sign-in-form')
    // The page does not wait for the server to hear of it.
    await backend.until(({ revocations }) => revocations === 1)
  },
  { path: BEARER, dist },
)

scenario(
  'the playground in bearer mode: a reload signs out, and a session in cookies does not help out',
  async ({ backend, page }) => {
    const { find, click, shows, signIn } = controls(page)
    await find('mode-cookie')
    await signIn('demo')
    await shows('who', 'demo')
    await click('mode-bearer')
    await shows('mode-hint', 'a reload signs out')
    await find('sign-in-form')
    await signIn('demo')
    await shows('who', 'demo')
    await page.reload()
    await find('sign-in-form')
    await shows('mode-hint', 'a reload signs out')
    await click('mode-cookie')
    await shows('who', 'demo')
    const counted = await backend.counters()
    assert.deepEqual([counted.logins, counted.reuseDetected], [2, 0])
  },
  { path: '/', dist },
)

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider?.stop())

scenario(
  'the playground over a provider: the sign-in is a link, fifty answers with one refresh, and out again',
  async ({ backend, page }) => {
    const { find, click, shows, count } = controls(page)
    await find('sign-in-link')
    assert.equal(await count('sign-in-form'), 0)
    assert.equal(await count('mode-bearer'), 0)
    const { status } = await fetch(`${backend.origin}/oauth/token`, { method: 'POST' })
    assert.equal(status, 405, 'there is no other authorization server')
    await click('sign-in-link')
    await page.drive(async (driver) => {
      await (await driver.wait(until.elementLocated(By.name('login')), PATIENCE)).sendKeys('ann')
      await driver.findElement(By.name('password')).sendKeys('any')
      await driver.findElement(By.css('button[type=submit]')).click()
    })
    await shows('who', 'ann')
    assert.equal(await page.drive((driver) => driver.getCurrentUrl()), `${page.origin}/`)

    await click('fire-50')
    await shows('fire-result', '50 answers, 1 refresh')
    assert.deepEqual([provider.counts.refreshes, provider.counts.reuseDetected], [1, 0])

    await click('sign-out')
    await find('sign-in-link')
    await backend.until(({ logouts }) => logouts === 1)
  },
  { path: '/', dist, env: () => provider.environment },
)
