// The examples for Rust front ends, as their user has them: what is read and pressed in a real browser, and what the
// server saw of it.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { By } from 'selenium-webdriver'
import { scenario } from '../e2e/harness/scenario.mjs'

const built = fileURLToPath(new URL('../../target/frontends', import.meta.url))

/** As a script of classic WebDriver: calls its last argument once an element is there and reads so. */
const READS = `
  const [selector, pattern, done] = arguments
  const expected = new RegExp(pattern)
  const reads = () => expected.test(document.querySelector(selector)?.textContent)
  if (reads()) return done()
  const observer = new MutationObserver(() => {
    if (!reads()) return
    observer.disconnect()
    done()
  })
  observer.observe(document, { subtree: true, childList: true, characterData: true })`

/** From here on, what nobody caught is among the complaints that a scenario looks at in the end. */
const COMPLAIN = `
  const complaints = []
  globalThis.kit = { complaints }
  addEventListener('error', ({ error, message }) => complaints.push('nobody caught: ' + (error ?? message)))
  addEventListener('unhandledrejection', ({ reason }) => complaints.push('nobody caught: ' + reason))`

/** Every scenario of the page that was built from the example of that name. */
export function scenariosOf(name, switches) {
  const page = (what, body) =>
    scenario(
      `${what} (${name})`,
      async ({ page, backend, openTab }) => {
        await page.drive((driver) => driver.executeScript(COMPLAIN))
        const user = new User(page)
        await user.sees('#status', /^signed_out$/)
        // Whether somebody was signed in has been asked by now.
        await backend.forget()
        await body({ user, backend, openTab })
      },
      { dist: join(built, name), path: '/', switches },
    )

  page('sign-in, a protected request, sign-out: the status is rendered anew each time', async ({ user, backend }) => {
    await user.signIn()
    await user.presses('#profile')
    await user.sees('#message', /"name":"demo"/)
    await user.presses('#sign-out')
    await user.sees('#status', /^signed_out$/)
    await backend.until(({ byPath }) => byPath['POST /auth/logout'] === 1)
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 0)
    assert.equal(counted.logins, 1)
  })

  page('S1 five requests over an expired token: five answers, one refresh', async ({ user, backend }) => {
    await user.signIn()
    await backend.set({ holdRefresh: true })
    await backend.expire()
    await user.presses('#items')
    await user.sees('#status', /^refreshing$/)
    await backend.until(({ refreshesHeld, apiUnauthorized }) => refreshesHeld === 1 && apiUnauthorized === 5)
    await backend.release()
    await user.sees('#message', /^5 items$/)
    await user.sees('#status', /^active$/)
    const counted = await backend.counters()
    assert.equal(counted.refreshes, 1)
    for (let n = 0; n < 5; n++) assert.equal(counted.byPath[`GET /api/items/${n}`], 2)
  })

  page('a wrong password is said, and refreshes nothing', async ({ user, backend }) => {
    await user.fillsIn('demo', 'wrong')
    await user.sees('#message', /^The name or the password is wrong\.$/)
    await user.sees('#status', /^signed_out$/)
    assert.equal((await backend.counters()).refreshes, 0)
  })

  page('F1 a refresh that cannot be had just now signs nobody out', async ({ user, backend }) => {
    await user.signIn()
    await backend.set({ refreshAnswer: 'unavailable' })
    await backend.expire()
    await user.presses('#profile')
    await user.sees('#message', /^The server cannot be reached just now; try again\.$/)
    await user.sees('#status', /^active$/)
  })

  page('F2 a session that the server has ended brings the sign-in back', async ({ user, backend }) => {
    await user.signIn()
    await backend.end()
    await user.presses('#profile')
    await user.sees('#message', /^You are not signed in any more\.$/)
    await user.sees('#status', /^ended$/)
    await user.sees('form button', /^Sign in$/)
    assert.equal((await backend.counters()).refreshes, 1)
  })

  page('S3 another tab is signed out as well', async ({ user, openTab }) => {
    await user.signIn()
    const other = new User(await openTab('/'))
    await other.sees('#status', /^active$/)
    await user.presses('#sign-out')
    await other.sees('#status', /^signed_out$/)
  })
}

/** Somebody in front of a page. */
class User {
  #page

  constructor(page) {
    this.#page = page
  }

  /** Waits until the text of an element is like that. */
  sees(selector, pattern) {
    return this.#page.drive(async (driver) => {
      const read = () => driver.executeScript('return document.body.innerText')
      await driver.executeAsyncScript(READS, selector, pattern.source).catch(async ({ message }) => {
        throw new Error(`${selector} never read ${pattern}: ${message}. The page reads:\n${await read()}`)
      })
    })
  }

  presses(selector) {
    return this.#page.drive((driver) => driver.findElement(By.css(selector)).click())
  }

  /** Fills the form in, and sends it. */
  async fillsIn(name, password) {
    await this.#page.drive(async (driver) => {
      await driver.findElement(By.name('username')).sendKeys(name)
      await driver.findElement(By.name('password')).sendKeys(password)
    })
    await this.presses('form button')
  }

  async signIn() {
    await this.fillsIn('demo', 'demo')
    await this.sees('#message', /^Welcome, demo\.$/)
    await this.sees('#status', /^active$/)
  }
}
