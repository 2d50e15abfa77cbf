import { Page } from '../../tests/e2e/harness/page.mjs'
import { above, median, summary } from '../lab/statistics.mjs'
import { counted } from './job.mjs'
import { isOurs } from './names.mjs'
import { SLICE } from './overhead.mjs'

/** How the cost grows with what there is to do. */
export const title = 'Growth'
export const method = `Over a stub: so many requests that are all answered 401 and wait for the same refresh. Bare fetch keeps its 401, waits for
the refresh, and asks again. With tabs: over loopback, each tab one request.`

/** Milliseconds that a refresh takes where there are many tabs. */
const LATENCY = 50
/** Who shares a refresh among tabs at all. */
const AMONG_TABS = ['oauth-refresh-wasm', 'fetch-extras', 'supertokens-website']

export async function measure({ openPage }, quick) {
  const { page } = await openPage('/bench.html')
  const sighted = await openPage('/bench.html', 'seeing memory')
  const crowds = { origin: '', sizes: quick ? [10, 100, 1000] : [10, 100, 1000, 10_000], rounds: quick ? 2 : 7 }
  const exclusions = { origin: '', counts: [0, 1, 5, 10, 20, 50], rounds: quick ? 40 : 200, slice: SLICE }
  const inFlight = await sighted.page.run((given) => bench.growth.inFlight(given, bench.memory), crowds)
  const patterns = await page.run((given) => bench.growth.patterns(given), exclusions)
  const tabs = {}
  for (const name of AMONG_TABS) tabs[name] = await withTabs(openPage, name, quick)
  return { inFlight: digestCrowds(inFlight), patterns: digestPatterns(patterns), tabs }
}

/** One expiry in more and more tabs. */
async function withTabs(openPage, name, quick) {
  const { browser, page } = await openPage('/bench.html')
  const base = await page.run((name) => bench.growth.joinTabs(name), name)
  const results = {}
  let open = 1
  for (const tabs of quick ? [1, 3] : [1, 2, 5, 10, 20, 50]) {
    for (; open < tabs; open++) {
      const tab = new Page(browser, page.origin, await browser.openTab('tab'))
      await tab.open('/bench.html')
      await tab.run((name) => bench.growth.joinTabs(name), name)
    }
    const seen = []
    for (let round = 0; round < (quick ? 2 : 7); round++) {
      seen.push(await page.run((base, tabs, latency) => bench.growth.conduct(base, tabs, latency), base, tabs, LATENCY))
    }
    results[tabs] = {
      milliseconds: summary(seen.map(({ milliseconds }) => milliseconds)),
      refreshes: seen.map(({ refreshes }) => refreshes),
      refreshTokensReused: seen.map(({ refreshTokensReused }) => refreshTokensReused),
      answers: seen.map(({ answers }) => counted(answers)),
    }
  }
  await browser.closeOthers()
  return results
}

function digestCrowds(sizes) {
  const digested = Object.entries(sizes).map(([size, contestants]) => {
    const each = Object.entries(contestants).map(([name, crowds]) => {
      const of = (kind) => median(crowds.map((crowd) => crowd[kind]))
      const microseconds = summary(crowds.map(({ microseconds }) => microseconds))
      return [name, { microseconds, heapPerCall: of('heapPerCall'), wasmPerCall: isOurs(name) ? of('wasmPerCall') : 0 }]
    })
    return [size, Object.fromEntries(each)]
  })
  return Object.fromEntries(digested)
}

function digestPatterns({ none, ...counts }) {
  return Object.fromEntries(Object.entries(counts).map(([count, figures]) => [count, summary(above(figures, none))]))
}

export function tables({ inFlight, patterns, tabs }) {
  const sizes = Object.keys(inFlight)
  const names = Object.keys(inFlight[sizes[0]])
  const show = ({ median, spread }, digits = 1) => `${median.toFixed(digits)} ± ${spread.toFixed(digits)}`
  return [
    {
      title: 'Requests that wait for one refresh: microseconds per request, all told; bytes per request while they wait (heap + wasm)',
      columns: ['', ...sizes.map((size) => `${size}, µs`), ...sizes.map((size) => `${size}, bytes`)],
      rows: names.map((name) => [
        name,
        ...sizes.map((size) => show(inFlight[size][name].microseconds)),
        ...sizes.map((size) => `${inFlight[size][name].heapPerCall.toFixed(0)} + ${inFlight[size][name].wasmPerCall.toFixed(0)}`),
      ]),
    },
    {
      title: 'Patterns in `exclude`, none of which fits: microseconds per call on top of bare fetch',
      columns: ['patterns', ...Object.keys(patterns)],
      rows: [['oauth-refresh-wasm', ...Object.values(patterns).map((figure) => show(figure))]],
    },
    {
      title: `Tabs that meet one expiry at once: refreshes; milliseconds to the last answer, of which the refresh takes ${LATENCY}`,
      columns: ['', ...Object.keys(tabs[AMONG_TABS[0]]).flatMap((count) => [`${count} tabs`, 'ms'])],
      rows: Object.entries(tabs).map(([name, counts]) => [
        name,
        ...Object.values(counts).flatMap(({ refreshes, milliseconds }) => [[...new Set(refreshes)].sort().join(', '), show(milliseconds, 0)]),
      ]),
    },
  ]
}
