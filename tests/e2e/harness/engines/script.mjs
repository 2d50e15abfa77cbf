/** Calls an asynchronous function in the page, by classic WebDriver: `argument` and what it resolves to are text. */
export function byScript(driver, declaration, argument) {
  return driver.executeAsyncScript(
    `const [argument, done] = arguments; (${declaration})(argument).then(done)`,
    argument,
  )
}
