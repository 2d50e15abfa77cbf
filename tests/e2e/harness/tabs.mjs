import { scenario } from './scenario.mjs'

/** The page of each tab: `pages/tab.js` says what it has at hand beside what every test page has. */
export const TAB = '/tests/tab.html'

/**
 * A {@link scenario} with several tabs: the first is signed in with the client options `client`, and so are the `count`
 * altogether, which have learned of it; `join()` opens another such. The first one may not be closed.
 */
export function tabsScenario(name, count, body, { client = {}, ...options } = {}) {
  scenario(
    name,
    async (context) => {
      const { backend, page, openTab } = context
      const join = async () => {
        const tab = await openTab()
        await tab.run((client) => kit.join(client), client)
        return tab
      }
      await page.run((client) => kit.begin(client), client)
      const all = [page]
      while (all.length < count) all.push(await join())
      await backend.forget()
      await body({ ...context, tabs: { open: openTab, each }, all, join })
    },
    { path: TAB, ...options },
  )
}

/** What an action comes to in each of these tabs, one after the other. */
async function each(tabs, action, ...args) {
  const results = []
  for (const tab of tabs) results.push(await tab.run(action, ...args))
  return results
}
