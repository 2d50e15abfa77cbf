import { inNode } from '../lab/node.mjs'

/** Memory over a million requests and ten thousand refreshes. */
export const title = 'Soak'
export const method = `In bearer mode over a stub that rotates refresh tokens: the token expires, 100 requests at once meet 401, one refresh, 100
replays; and again.`

export async function measure({ server, bundles, openPage }, quick) {
  const given = { bursts: quick ? 200 : 10_000, points: 20 }
  const { page } = await openPage('/bench.html', 'seeing memory')
  return {
    chromium: await page.run((given) => bench.soak.soak({ origin: '', ...given }, bench.memory), given),
    node: await inNode(bundles.node, 'soak', 'soak', { origin: server.origin, ...given }),
  }
}

export function tables(results) {
  return Object.entries({ Chromium: results.chromium, Node: results.node }).map(([where, result]) => {
    const { memory, calls, sends, refreshes, refreshTokensReused } = result
    const figures = [memory[0], memory[1], memory[memory.length >> 1], memory.at(-1)]
    return {
      title: `${where}: ${calls.toLocaleString('en-US')} calls (${sends.toLocaleString('en-US')} sends), ${refreshes.toLocaleString('en-US')} refreshes, ${refreshTokensReused} refresh tokens sent twice`,
      columns: ['after so many calls', ...figures.map(({ calls }) => calls.toLocaleString('en-US'))],
      rows: [
        ['wasm memory, kB', ...figures.map(({ wasmBytes }) => (wasmBytes / 1024).toFixed(0))],
        ['JavaScript heap after a collection, kB', ...figures.map(({ heapBytes }) => (heapBytes / 1024).toFixed(0))],
      ],
    }
  })
}
