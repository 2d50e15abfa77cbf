import { engine } from './browser.mjs'

/** Below the refresh path, whose cookie goes nowhere else; answered 404 with a text, as an empty answer is no document. */
const BELOW_REFRESH = '/auth/refresh/nothing-here'

/** One tab, and functions that run in it. */
export class Page {
  constructor(driver, origin) {
    this.driver = driver
    this.origin = origin
  }

  open(path) {
    return this.driver.get(this.origin + path)
  }

  /**
   * Cookies know no port, so one scenario would find those of another. One by one, for WebKit answers the command that
   * deletes all of them before it has, and then may take those of the next page with them.
   */
  async forgetCookies() {
    await this.open(BELOW_REFRESH)
    for (const name of Object.keys(await this.cookies())) await this.driver.manage().deleteCookie(name)
  }

  /** The value of the refresh token; the page is left for that. */
  async refreshToken() {
    await this.open(BELOW_REFRESH)
    return (await this.cookies()).refresh_token
  }

  /** The values of the cookies that the open address is sent, HttpOnly ones too. */
  async cookies() {
    const cookies = await this.driver.manage().getCookies()
    return Object.fromEntries(cookies.map(({ name, value }) => [name, value]))
  }

  /**
   * Runs a function in the page, where `kit` is (see `pages/kit.js`), and hands back what JSON can hold of its result.
   * The function is sent as text: it sees its arguments and the page, nothing of the test around it.
   */
  async run(action, ...args) {
    const step = `(args) => kit.report(() => (${action})(...JSON.parse(args)))`
    const { value, thrown } = JSON.parse(await engine.call(this.driver, step, JSON.stringify(args)))
    if (thrown) throw new Error(`In the page: ${thrown}`)
    return value
  }

  /** What the Content Security Policy forbade, and what nobody caught, since the page was opened. */
  complaints() {
    return this.driver.executeScript('return globalThis.kit?.complaints ?? []')
  }
}
