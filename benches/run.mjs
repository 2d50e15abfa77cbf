// `node benches/run.mjs [--quick] [--check] [NAME...]`, after `cargo xtask build`; `cargo xtask bench` does both.

import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openLab } from './lab/lab.mjs'
import { made } from './lab/places.mjs'
import { measures } from './measures/index.mjs'
import { print } from './report/terminal.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !(name in measures))
if (unknown.length > 0) {
  console.error(`   ${unknown.join(', ')}: not measured; there are ${Object.keys(measures).join(', ')}.`)
  process.exit(1)
}

mkdirSync(made, { recursive: true })
const names = positionals.length > 0 ? positionals : Object.keys(measures)
const lab = await openLab()
try {
  for (const name of names) {
    const { title, measure, tables } = measures[name]
    const result = await measure(lab, values.quick)
    console.log(`\n== ${title}`)
    for (const table of tables(result)) print(table)
  }
} finally {
  await lab.close()
}
