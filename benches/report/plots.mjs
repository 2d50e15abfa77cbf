import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { BARE, isOurs } from '../measures/names.mjs'

/** Readable on light and on dark, in a picture that asks nobody: it looks for itself which of the two it is on. */
const STYLE = `
svg { color: #1f2328; background: #ffffff; font: 12px system-ui, sans-serif; overflow: visible }
.ours { color: #1a7f37 } .others { color: #8c959f } .limit { color: #bc4c00 }
@media (prefers-color-scheme: dark) {
  svg { color: #e6edf3; background: #0d1117 }
  .ours { color: #3fb950 } .others { color: #6e7681 } .limit { color: #f0883e }
}`

/** The plots of a measurement: `file`, `alt`, and `svg()`. */
export function plots(measurement, result) {
  return (DRAWN[measurement]?.(result) ?? []).map(({ file, alt, ...options }) => ({ file, alt, svg: () => draw({ title: alt, ...options }) }))
}

const DRAWN = {
  overhead: ({ chromium, node }) =>
    Object.entries({ chromium, node }).map(([where, { stubbed }]) => ({
      file: `overhead-${where}.svg`,
      alt: `Overhead of a GET over bare fetch, stubbed, ${where === 'node' ? 'Node' : 'Chromium'}: microseconds per call`,
      ...bars(Object.entries(stubbed.get.above).map(([name, { median, spread }]) => ({ name, value: median, spread })), 'µs per call', 1),
    })),
  storm: ({ chromium }) => [
    {
      file: 'storm.svg',
      alt: '200 requests over an expired token: time to the last answer, of the limit (two sends and the refresh)',
      ...bars(
        Object.entries(chromium[200])
          .filter(([name]) => name !== BARE)
          .map(([name, { ofLimit: { median, spread }, answers }]) => ({ name: served(name, answers), value: median, spread })),
        'times the limit',
        2,
        1,
      ),
    },
  ],
  growth: ({ inFlight }) => {
    const points = Object.entries(inFlight).flatMap(([size, contestants]) =>
      Object.entries(contestants).map(([name, { microseconds }]) => ({ name, size: Number(size), value: microseconds.median })),
    )
    const largest = Math.max(...points.map(({ size }) => size))
    return [
      {
        file: 'growth.svg',
        alt: 'Requests that wait for one refresh: microseconds per request',
        marginRight: 190,
        height: 320,
        x: { type: 'log', label: 'requests in flight', ticks: Object.keys(inFlight).map(Number), tickFormat: (value) => value.toLocaleString('en-US') },
        y: { type: 'log', label: null, grid: true },
        marks: [
          Plot.line(points.filter(({ name }) => !isOurs(name)), { x: 'size', y: 'value', z: 'name', marker: 'dot', className: 'others', stroke: 'currentColor' }),
          Plot.line(points.filter(({ name }) => isOurs(name)), { x: 'size', y: 'value', z: 'name', marker: 'dot', className: 'ours', stroke: 'currentColor' }),
          Plot.text(points.filter(({ size }) => size === largest), { x: 'size', y: 'value', text: 'name', textAnchor: 'start', dx: 8 }),
        ],
      },
    ]
  },
  coldstart: (results) => [
    {
      file: 'coldstart.svg',
      alt: 'From the import to the first request on the wire, in a new browser: milliseconds',
      ...bars(Object.entries(results).map(([name, { first: { median, spread } }]) => ({ name, value: median, spread })), 'ms', 1),
    },
  ],
  size: ({ loaded }) => [
    {
      file: 'size.svg',
      alt: 'Everything that is loaded for a first request, minified and compressed (brotli)',
      ...bars(
        Object.entries(loaded)
          .filter(([name]) => name !== BARE)
          .map(([name, { brotli }]) => ({ name, value: brotli / 1000 })),
        'kB',
        1,
      ),
    },
  ],
  soak: ({ chromium, node }) => [
    {
      file: 'soak.svg',
      alt: 'Memory over a soak, after a collection: JavaScript heap (gray) and WebAssembly (green), kB',
      marginLeft: 60,
      height: 300,
      fx: { label: null },
      x: { label: 'calls', tickFormat: 's', ticks: 4 },
      y: { label: null, grid: true, zero: true },
      marks: ['heapBytes', 'wasmBytes'].map((kind) =>
        Plot.line(
          Object.entries({ Chromium: chromium, Node: node }).flatMap(([where, { memory }]) =>
            memory.map((point) => ({ where, calls: point.calls, value: point[kind] / 1024 })),
          ),
          { fx: 'where', x: 'calls', y: 'value', className: kind === 'wasmBytes' ? 'ours' : 'others', stroke: 'currentColor' },
        ),
      ),
    },
  ],
}

/** Who is quick because callers were left with their 401 is not to look so. */
const served = (name, answers) => (answers.includes(',') ? `${name}: not all served` : name)

/** A bar for each, the figure beside it; `limit` is a line across. */
function bars(data, label, digits, limit) {
  const sorted = [...data].sort((a, b) => a.value - b.value)
  const bar = (of, className) => Plot.barX(of, { x: 'value', y: 'name', className, fill: 'currentColor' })
  return {
    marginLeft: 300,
    marginRight: 90,
    height: 80 + 24 * data.length,
    x: { label, grid: true, zero: true },
    y: { label: null, domain: sorted.map(({ name }) => name) },
    marks: [
      bar(sorted.filter(({ name }) => isOurs(name)), 'ours'),
      bar(sorted.filter(({ name }) => !isOurs(name)), 'others'),
      Plot.text(sorted, {
        x: (one) => Math.max(0, one.value),
        y: 'name',
        text: ({ value, spread }) => value.toFixed(digits) + (spread === undefined ? '' : ` ± ${spread.toFixed(digits)}`),
        textAnchor: 'start',
        dx: 5,
      }),
      Plot.ruleX([0]),
      ...(limit === undefined ? [] : [Plot.ruleX([limit], { className: 'limit', stroke: 'currentColor', strokeDasharray: '4 3' })]),
    ],
  }
}

/** As a file of its own, with its title in it. */
function draw({ title, ...options }) {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({ document, width: 760, marginTop: 50, ...options })
  for (const style of svg.querySelectorAll('style')) style.remove()
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', title)
  const heading = `<text x="12" y="18" text-anchor="start" font-weight="600" fill="currentColor">${title}</text>`
  svg.insertAdjacentHTML('afterbegin', `<style>${STYLE}</style>${heading}`)
  return `${svg.outerHTML}\n`
}
