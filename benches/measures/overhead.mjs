import { inNode, ROOMY } from '../lab/node.mjs'
import { above, summary } from '../lab/statistics.mjs'
import { BARE } from './names.mjs'

/** What a call costs on top of the platform's fetch. */
export const title = 'Overhead per call'
export const method = `One call after the other over a stub of \`fetch\` that answers at once, and over loopback. Nobody is to refresh anything.
Bytes are those of the JavaScript heap that a call allocates (not what lives outside of it, such as the platform's \`Request\`
in Chromium). axios is asked not to read the body over the stub, as nobody else does there.`

const CASES = ['get', 'json', 'request', 'interceptors', 'busy']
/** Milliseconds that a turn lasts: short enough to be over, most of the time, before another process has its turn. */
export const SLICE = 2.5

export async function measure({ server, bundles, openPage }, quick) {
  const fast = { cases: CASES, rounds: quick ? 60 : 300, slice: SLICE }
  const slow = { cases: ['get'], rounds: quick ? 6 : 40, calls: quick ? 10 : 25 }
  const heap = { cases: ['get', 'busy'], rounds: quick ? 2 : 5, calls: 1000 }

  const { page } = await openPage('/bench.html')
  const sighted = await openPage('/bench.html', 'seeing memory')
  const chromium = {
    stubbed: await page.run((given) => bench.overhead.stubbed({ origin: '', ...given }), fast),
    loopback: await page.run((given) => bench.overhead.loopback({ origin: '', ...given }), slow),
    allocations: await sighted.page.run((given) => bench.overhead.allocations({ origin: '', ...given }, bench.memory), heap),
  }
  const { origin } = server
  const node = {
    stubbed: await inNode(bundles.node, 'overhead', 'stubbed', { origin, ...fast }),
    loopback: await inNode(bundles.node, 'overhead', 'loopback', { origin, ...slow }),
    allocations: await inNode(bundles.node, 'overhead', 'allocations', { origin, ...heap }, ROOMY),
  }
  return { chromium: digest(chromium), node: digest(node) }
}

/** From figures by round to what bare fetch takes (`bare`) and the others on top of it (`above`). */
function digest(measured) {
  const parts = Object.entries(measured).map(([part, cases]) => {
    const digested = Object.entries(cases).map(([name, { [BARE]: bare, ...others }]) => {
      const each = Object.entries(others).map(([contestant, figures]) => [contestant, summary(above(figures, bare))])
      return [name, { bare: summary(bare), above: Object.fromEntries(each) }]
    })
    return [part, Object.fromEntries(digested)]
  })
  return Object.fromEntries(parts)
}

const HEADINGS = { get: 'GET', json: 'POST of JSON', request: 'a Request', interceptors: '3 interceptors', busy: '3 interceptors, JSON' }

export function tables(result) {
  return Object.entries({ Chromium: result.chromium, Node: result.node }).map(([where, { stubbed, loopback, allocations }]) => {
    const names = Object.keys(stubbed.get.above)
    const cell = (figures, name, digits) => (figures.above[name] ? show(figures.above[name], digits) : '')
    const rows = names.map((name) => [
      name,
      ...CASES.map((one) => cell(stubbed[one], name)),
      cell(loopback.get, name, 0),
      cell(allocations.get, name, 0),
      cell(allocations.busy, name, 0),
    ])
    const bare = [
      BARE,
      ...CASES.map((one) => show(stubbed[one].bare)),
      show(loopback.get.bare, 0),
      show(allocations.get.bare, 0),
      show(allocations.busy.bare, 0),
    ]
    return {
      title: `${where}: what a call takes on top of bare fetch (whose own is the first line): microseconds over a stub, over loopback; bytes of heap`,
      columns: ['', ...CASES.map((name) => `${HEADINGS[name]}, µs`), 'GET over loopback, µs', 'heap, GET', 'heap, 3 interceptors, JSON'],
      rows: [bare, ...rows],
    }
  })
}

const show = ({ median, spread }, digits = 1) => `${median.toFixed(digits)} ± ${spread.toFixed(digits)}`
