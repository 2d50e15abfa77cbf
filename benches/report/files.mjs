import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { page } from './markdown.mjs'
import { plots } from './plots.mjs'

/**
 * Keeps a run in a folder: figures in `bench/results.json`, plots beside them, the page in `bench.md`. What was not
 * measured this time stays, if it was measured on the same machine with the same versions.
 */
export function keep(folder, { machine, versions, parts }, measures) {
  const figures = join(folder, 'bench', 'results.json')
  mkdirSync(join(folder, 'bench'), { recursive: true })
  const before = read(figures)
  const isSame = isDeepStrictEqual({ machine, versions }, { machine: before?.machine, versions: before?.versions })
  const results = { machine, versions, parts: { ...(isSame && before.parts), ...parts } }
  writeFileSync(figures, `${JSON.stringify(results, rounded, 1)}\n`)
  for (const [name, { result }] of Object.entries(parts)) {
    for (const { file, svg } of plots(name, result)) writeFileSync(join(folder, 'bench', file), svg())
  }
  writeFileSync(join(folder, 'bench.md'), page(results, measures))
}

function read(figures) {
  try {
    return JSON.parse(readFileSync(figures, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`${figures} cannot be read (${error.message}). Remove it, and measure everything.`, { cause: error })
  }
}

/** Four digits say all that was measured. */
const rounded = (_, value) => (typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value)
