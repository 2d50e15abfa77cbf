/** Calls an asynchronous function in the page by classic WebDriver, while the tab is shown. */
export function callByScript(browser, tab, declaration, argument) {
  const script = `const [argument, done] = arguments; (${declaration})(argument).then(done)`
  return browser.inTab(tab, (driver) => driver.executeAsyncScript(script, argument))
}
