import { basename, join } from 'node:path'
import { entries } from '../lab/entries.mjs'
import { benches } from '../lab/places.mjs'
import { summary } from '../lab/statistics.mjs'
import { shuffled } from '../page/rounds.js'

/** From the import to the first request on the wire. */
export const title = 'Cold start'
export const method = `A page imports the module, minified and in one file, and sends its first request. The longest block is how long at most no
other task of the page could run. The server is on this machine: what the download takes elsewhere is not in it.`

const PAGE = '/cold.html'
/** A script is compiled from the browser's cache once it has been seen so often. */
const VISITS_UNTIL_CACHED = 4

export async function measure({ mounts, openFresh }, quick) {
  const all = await entries()
  mounts.set(PAGE, join(benches, 'page', 'cold.html'))
  for (const { files } of all) for (const file of files) mounts.set(`/${basename(file)}`, file)
  const figures = Object.fromEntries(all.map(({ name }) => [name, { first: [], again: [], blocked: [] }]))
  const rounds = quick ? 1 : 9
  for (let round = 0; round < rounds; round++) {
    const visit = (each) => inFreshBrowser(openFresh, shuffled(all), each)
    await visit(async (name, start) => {
      figures[name].first.push(await start())
      for (let visits = 2; visits < VISITS_UNTIL_CACHED; visits++) await start()
      figures[name].again.push(await start())
    })
    await visit(async (name, start) => figures[name].blocked.push(await start({ probing: true })))
  }
  return Object.fromEntries(Object.entries(figures).map(([name, kinds]) => [name, digest(kinds)]))
}

/** A browser that has seen nothing yet of what it is to load, but has shown a page and compiled a script. */
async function inFreshBrowser(openFresh, turns, visit) {
  const { page, stop } = await openFresh(PAGE)
  try {
    for (const { name, files } of turns) {
      await visit(name, async (options = {}) => {
        await page.open(PAGE)
        return page.run((path, options) => start(path, options), `/${basename(files[0])}`, options)
      })
    }
  } finally {
    await stop()
  }
}

function digest({ first, again, blocked }) {
  return {
    first: summary(first.map(({ wire }) => wire)),
    firstImport: summary(first.map(({ imported }) => imported)),
    again: summary(again.map(({ wire }) => wire)),
    blocked: summary(blocked.map(({ longest }) => longest)),
  }
}

export function tables(results) {
  const show = ({ median, spread }) => `${median.toFixed(2)} ± ${spread.toFixed(2)}`
  return [
    {
      title: 'Milliseconds from the import to the first request on the wire, in a new browser and with everything in its caches',
      columns: ['', 'new', 'of it import', 'cached', 'longest block of the main thread'],
      rows: Object.entries(results).map(([name, { first, firstImport, again, blocked }]) => [
        name,
        show(first),
        show(firstImport),
        show(again),
        show(blocked),
      ]),
    },
  ]
}
