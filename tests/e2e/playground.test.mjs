import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { By, until } from 'selenium-webdriver'
import { scenario } from './harness/scenario.mjs'

const PATIENCE = 10_000
const dist = fileURLToPath(new URL('../../www/dist', import.meta.url))

/** The page as a person has it, in one tab: found by its `data-testid`s, waited for, clicked, typed into. */
class Playground {
  constructor(page) {
    this.page = page
  }

  find(id) {
    return this.page.drive((driver) => found(driver, id))
  }

  click(id) {
    return this.page.drive(async (driver) => (await found(driver, id)).click())
  }

  type(id, text) {
    return this.page.drive(async (driver) => {
      const field = await found(driver, id)
      await field.clear()
      await field.sendKeys(text)
    })
  }

  shows(id, text) {
    const shown = async (driver) => (await read(driver, id))?.includes(text)
    return this.until(shown, `${id} does not show '${text}'`)
  }

  until(condition, complaint) {
    return this.page.drive((driver) => driver.wait(() => condition(driver), PATIENCE, complaint))
  }

  /** Waits until these tabs are shown as open, this one first. */
  async showsTabs(...letters) {
    const script = `return [...document.querySelectorAll('[data-testid="tabs"] > li')].map((tile) => tile.dataset.tab)`
    const shown = async (driver) => String(await driver.executeScript(script)) === String(letters)
    await this.until(shown, `the open tabs are not ${letters}`)
  }

  /** What the log says of all tabs, as `A Refreshed`, oldest first. */
  events() {
    const script = `
      const line = (li) => li.querySelector('.tab-chip').lastChild.data + ' ' + li.querySelector('strong').textContent
      return [...document.querySelectorAll('[data-testid="events"] > li')].map(line).reverse()`
    return this.page.drive((driver) => driver.executeScript(script))
  }

  /** Runs a function among the page's own. */
  async run(action) {
    return JSON.parse(await this.page.call(`async () => JSON.stringify(await (${action})() ?? null)`, ''))
  }

  async signIn(password) {
    await this.type('username', 'demo')
    await this.type('password', password)
    await this.click('sign-in')
  }
}

function found(driver, id) {
  return driver.wait(until.elementLocated(By.css(`[data-testid="${id}"]`)), PATIENCE, `there is no ${id}`)
}

/** What it says; nothing while it is being drawn anew. */
async function read(driver, id) {
  try {
    return await (await found(driver, id)).getText()
  } catch (error) {
    if (error.name === 'StaleElementReferenceError') return undefined
    throw error
  }
}

/** A scenario with the playground open in so many tabs, all signed in. `another()` opens one more. */
function playgrounds(name, count, body) {
  scenario(
    name,
    async ({ backend, page, openTab }) => {
      const first = new Playground(page)
      await first.signIn('demo')
      await first.shows('who', 'demo')
      // What came before the sign-in is no part of the story.
      await page.open('/')
      await first.shows('who', 'demo')
      const another = async () => {
        const playground = new Playground(await openTab('/'))
        await playground.shows('who', 'demo')
        return playground
      }
      const tabs = [first]
      while (tabs.length < count) tabs.push(await another())
      await body({ backend, tabs, another })
    },
    { path: '/', dist },
  )
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
    // The page does not wait for the server to hear of it.
    await backend.until(({ logouts }) => logouts === 1)
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

playgrounds(
  'S3 three tabs of the playground: one refresh, two adoptions, and every tab shows them',
  3,
  async ({ backend, tabs }) => {
    const [first] = tabs
    await first.showsTabs('A', 'B', 'C')
    await backend.forget()

    await first.click('fire-tabs')
    await first.shows('fire-tabs-result', '3 tabs, 12 answers, 1 refresh')
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 1)
    assert.equal(counted.reuseDetected, 0)

    const seen = []
    for (const tab of tabs) {
      await tab.shows('timeline-details', '1 refresh')
      await tab.shows('timeline-details', '2 adoptions')
      const events = (await tab.events()).filter((event) => /^. (Refreshed|Adopted)$/.test(event))
      seen.push(events.sort())
    }
    const refreshed = seen[0].filter((event) => event.endsWith('Refreshed'))
    assert.equal(refreshed.length, 1)
    const told = ['A', 'B', 'C'].map((letter) =>
      refreshed[0].startsWith(letter) ? `${letter} Refreshed` : `${letter} Adopted`,
    )
    assert.deepEqual(seen, [told, told, told])
  },
)

playgrounds(
  'S3 the fifty requests of one tab of the playground: the other adopts what it never asked for',
  2,
  async ({ backend, tabs: [first, second] }) => {
    await backend.forget()
    await first.click('fire-50')
    await first.shows('fire-result', '50 answers, 1 refresh')
    await second.shows('timeline-details', '1 refresh')
    await second.shows('timeline-details', '1 adoption')
    const told = (await second.events()).filter((event) => /Refreshed|Adopted/.test(event))
    assert.deepEqual(told.sort(), ['A Refreshed', 'B Adopted'])
    assert.equal((await backend.counters()).refreshes, 1)
  },
)

playgrounds(
  'F7 signing out and in again in one tab of the playground is seen in the other',
  2,
  async ({ tabs: [first, second] }) => {
    await first.click('sign-out')
    await second.find('sign-in-form')
    await second.shows('status', 'signed out')

    await second.signIn('demo')
    await first.shows('who', 'demo')
    await first.shows('status', 'active')
  },
)

playgrounds(
  'the playground: tabs that close disappear, also without a word, and their letters are given again',
  3,
  async ({ tabs: [first, second, third], another }) => {
    await second.page.close()
    await first.showsTabs('A', 'C')

    const fourth = await another()
    await fourth.showsTabs('B', 'A', 'C')
    await first.page.open('/')
    await fourth.showsTabs('B', 'A', 'C')

    // As in the back/forward cache, and out of it again.
    await third.run(() => void dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
    await first.showsTabs('A', 'B')
    await third.run(() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await third.showsTabs('C', 'A', 'B')
    await first.showsTabs('A', 'B', 'C')

    // As in a crash: nothing is said any more.
    await third.run(() => {
      BroadcastChannel.prototype.postMessage = () => {}
    })
    await third.page.close()
    await first.showsTabs('A', 'B')
  },
)

playgrounds(
  'K4 nothing that the tabs of the playground tell each other holds a token',
  2,
  async ({ tabs: [first] }) => {
    await first.run(() => {
      globalThis.told = []
      const post = BroadcastChannel.prototype.postMessage
      BroadcastChannel.prototype.postMessage = function (message) {
        globalThis.told.push(JSON.stringify(message))
        post.call(this, message)
      }
    })
    const tokens = Object.values(await first.page.cookies())
    await first.showsTabs('A', 'B')
    await first.click('fire-tabs')
    await first.shows('fire-tabs-result', '2 tabs, 8 answers, 1 refresh')
    const told = await first.run(() => globalThis.told)
    tokens.push(...Object.values(await first.page.cookies()), await first.page.refreshToken())
    assert.ok(told.length > 8 && tokens.length > 4)
    for (const token of tokens) assert.ok(!told.some((message) => message.includes(token)))
  },
)
