import { engine } from './browser.mjs'

/** Below the refresh path, whose cookie goes nowhere else; answered 404 with a text, as an empty answer is no document. */
const BELOW_REFRESH = '/auth/refresh/nothing-here'

/** As a script of classic WebDriver: calls its argument when the document has loaded. */
const LOADED = `
  const [done] = arguments
  if (document.readyState === 'complete') done()
  else addEventListener('load', () => done())`

/** One tab, and functions that run in it. */
export class Page {
  #browser
  #tab

  constructor(browser, origin, tab = browser.home) {
    this.#browser = browser
    this.#tab = tab
    this.origin = origin
    this.closed = false
    this.isOffline = false
  }

  /** Brings the tab to the front and does something with the driver, for what is not here. */
  drive(work) {
    return this.#browser.inTab(this.#tab, work)
  }

  /** The same, while there is one tab. */
  get driver() {
    return this.#browser.driver
  }

  /** The same tab, for addresses of another origin. */
  at(origin) {
    return new Page(this.#browser, origin, this.#tab)
  }

  /** Opens a page; its modules have run then. On a busy machine WebKit's driver would come back before that. */
  open(path) {
    return this.drive(async (driver) => {
      await driver.get(this.origin + path)
      await driver.executeAsyncScript(LOADED)
    })
  }

  reload() {
    return this.drive((driver) => driver.navigate().refresh())
  }

  /** Goes back, and tells whether the page came out of the back/forward cache. */
  async back() {
    await this.drive((driver) => driver.navigate().back())
    return this.run(() => kit.persisted)
  }

  /** Goes forward, and tells the same. */
  async forward() {
    await this.drive((driver) => driver.navigate().forward())
    return this.run(() => kit.persisted)
  }

  /** Closes the tab, and asks nobody; not the first one, which is the browser's last. */
  close() {
    this.closed = true
    return this.#browser.closeTab(this.#tab)
  }

  /** Takes the network away from this tab; where the engine cannot, from its scripts. */
  offline() {
    return this.#setOffline(true)
  }

  /** Gives it back. */
  online() {
    return this.#setOffline(false)
  }

  #setOffline(offline) {
    this.isOffline = offline
    return engine.offline
      ? engine.offline(this.#browser, this.#tab, offline)
      : this.run((offline) => kit.pretendOffline(offline), offline)
  }

  /** Freezes the tab, unless the engine `lacks.freezing`: none of its tasks runs until it thaws. */
  freeze() {
    return engine.freeze(this.#browser, this.#tab, true)
  }

  /** Lets it live again. */
  thaw() {
    return engine.freeze(this.#browser, this.#tab, false)
  }

  /** Collects what nobody holds any more, unless the engine `lacks.collectingGarbage`. */
  collectGarbage() {
    return engine.collectGarbage(this.#browser, this.#tab)
  }

  /**
   * Cookies know no port, so one scenario would find those of another. One by one, for WebKit answers the command that
   * deletes all of them before it has, and then may take those of the next page with them.
   */
  async forgetCookies() {
    await this.open(BELOW_REFRESH)
    for (const name of Object.keys(await this.cookies())) await this.drive((driver) => driver.manage().deleteCookie(name))
  }

  /** The value of the refresh token; the page is left for that. */
  async refreshToken() {
    await this.open(BELOW_REFRESH)
    return (await this.cookies()).refresh_token
  }

  /** The values of the cookies that the open address is sent, HttpOnly ones too. */
  async cookies() {
    const cookies = await this.drive((driver) => driver.manage().getCookies())
    return Object.fromEntries(cookies.map(({ name, value }) => [name, value]))
  }

  /** Calls a function among the page's own, given as text, which takes text and resolves to text. */
  call(step, text) {
    return engine.call(this.#browser, this.#tab, step, text)
  }

  /**
   * Runs a function in the page, where `kit` is (see `pages/kit.js`), and hands back what JSON can hold of its result.
   * The function is sent as text: it sees its arguments and the page, nothing of the test around it.
   *
   * Only one tab's function runs at a time. One that waits for what another tab has to do first would wait for ever:
   * let it begin in one step, keep its promise in `kit.kept`, and await that in a later step.
   */
  async run(action, ...args) {
    const step = `(args) => kit.report(() => (${action})(...JSON.parse(args)))`
    const { value, thrown } = JSON.parse(await this.call(step, JSON.stringify(args)))
    if (thrown) throw new Error(`In the page: ${thrown}`)
    return value
  }

  /** What the Content Security Policy forbade, and what nobody caught, since the page was opened. */
  complaints() {
    return this.drive((driver) => driver.executeScript('return globalThis.kit?.complaints ?? []'))
  }

}
