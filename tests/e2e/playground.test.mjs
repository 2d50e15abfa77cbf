import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { By, until } from 'selenium-webdriver'
import { scenario } from './harness/scenario.mjs'

const PATIENCE = 10_000
const dist = fileURLToPath(new URL('../../www/dist', import.meta.url))

/** The page as a person has it: found by its `data-testid`s, waited for, clicked, typed into. */
class Playground {
  constructor({ driver }) {
    this.driver = driver
  }

  find(id) {
    return this.driver.wait(until.elementLocated(By.css(`[data-testid="${id}"]`)), PATIENCE, `there is no ${id}`)
  }

  async click(id) {
    await (await this.find(id)).click()
  }

  async type(id, text) {
    const field = await this.find(id)
    await field.clear()
    await field.sendKeys(text)
  }

  async shows(id, text) {
    await this.driver.wait(async () => (await this.read(id))?.includes(text), PATIENCE, `${id} does not show '${text}'`)
  }

  /** What it says; nothing while it is being drawn anew. */
  async read(id) {
    try {
      return await (await this.find(id)).getText()
    } catch (error) {
      if (error.name === 'StaleElementReferenceError') return undefined
      throw error
    }
  }

  async signIn(password) {
    await this.type('username', 'demo')
    await this.type('password', password)
    await this.click('sign-in')
  }
}

scenario(
  'the playground: a wrong password, a right one, fifty answers with one refresh, and out again',
  async ({ backend, page }) => {
    const playground = new Playground(page)
    await playground.find('sign-in-form')
    await backend.forget()

    await playground.signIn('wrong')
    await playground.shows('sign-in-error', 'wrong password')
    const refused = await backend.counters()
    assert.equal(refused.loginsFailed, 1)
    assert.equal(refused.refreshes, 0)

    await playground.signIn('demo')
    await playground.shows('who', 'demo')
    await playground.shows('status', 'active')

    await playground.click('fire-50')
    await playground.shows('fire-result', '50 answers, 1 refresh')
    const fired = await backend.counters()
    assert.equal(fired.refreshesOk, 1)
    for (let n = 1; n <= 50; n++) assert.ok(fired.byPath[`GET /api/items/${n}`] <= 2)

    await playground.click('sign-out')
    await playground.find('sign-in-form')
    assert.equal((await backend.counters()).logouts, 1)
  },
  { path: '/', dist },
)

scenario(
  'the playground: whoever comes back is still signed in',
  async ({ backend, page }) => {
    const playground = new Playground(page)
    await playground.signIn('demo')
    await playground.shows('who', 'demo')
    await backend.expire()
    await page.open('/')
    await playground.shows('who', 'demo')
    const counted = await backend.counters()
    assert.equal(counted.logins, 1)
    assert.equal(counted.reuseDetected, 0)
  },
  { path: '/', dist },
)
