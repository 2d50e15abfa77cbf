import { chromium } from './engines/chromium.mjs'
import { firefox } from './engines/firefox.mjs'
import { webkit } from './engines/webkit.mjs'

const PATIENCE = 20_000
const ENGINES = { chromium, firefox, webkit }

/**
 * The engine that `E2E_BROWSER` names, Chromium if it names none:
 * `start()` gives a `driver`, and a `stop()` after which nothing of it runs;
 * `call(driver, declaration, argument)` calls a function in the page that takes text and resolves to text;
 * `takes` says what has to be installed; `lacks` has a sentence for each thing that others can do and it cannot, good
 * for the `skip` of a scenario.
 */
export const engine = named(process.env.E2E_BROWSER || 'chromium')

function named(name) {
  const found = ENGINES[name]
  if (!found) throw new Error(`E2E_BROWSER is ${name}; it may be ${Object.keys(ENGINES).join(' or ')}.`)
  return { name, ...found }
}

/** A browser of that engine. */
export async function openBrowser() {
  const browser = await engine.start().catch((cause) => {
    throw new Error(`${engine.name} did not start: ${cause.message}. It takes ${engine.takes}.`, { cause })
  })
  await browser.driver.manage().setTimeouts({ script: PATIENCE, pageLoad: PATIENCE })
  return browser
}
