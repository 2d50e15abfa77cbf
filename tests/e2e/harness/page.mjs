/** One tab, and functions that run in it. */
export class Page {
  constructor(driver, origin) {
    this.driver = driver
    this.origin = origin
  }

  open(path) {
    return this.driver.get(this.origin + path)
  }

  /** Cookies know no port, and a driver sees those of the open address alone: of `/` and of the refresh path. */
  async forgetCookies() {
    await this.open('/auth/refresh')
    await this.driver.manage().deleteAllCookies()
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
    const script = `const done = arguments[1]; kit.report(() => (${action})(...arguments[0]), done)`
    const { value, thrown } = await this.driver.executeAsyncScript(script, args)
    if (thrown) throw new Error(`In the page: ${thrown}`)
    return value
  }

  /** What the Content Security Policy forbade since the page was opened. */
  violations() {
    return this.driver.executeScript('return globalThis.kit?.violations ?? []')
  }
}
