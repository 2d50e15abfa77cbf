// `node benches/run.mjs [--quick] [--check] [NAME...]`, after `cargo xtask build`; `cargo xtask bench` does both.

import { mkdirSync } from 'node:fs'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { openLab } from './lab/lab.mjs'
import { machine, versions } from './lab/machine.mjs'
import { kept, made, root } from './lab/places.mjs'
import { measures } from './measures/index.mjs'
import { budgeted, check } from './report/budgets.mjs'
import { keep } from './report/files.mjs'
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
const everything = values.check ? Object.keys(measures).filter((name) => budgeted.includes(name)) : Object.keys(measures)
const names = positionals.length > 0 ? positionals : everything
const lab = await openLab()
const parts = {}
try {
  for (const name of names) {
    const { title, measure, tables } = measures[name]
    console.log(`\n== ${title}`)
    try {
      const result = await measure(lab, values.quick)
      for (const table of tables(result)) print(table)
      parts[name] = { date: new Date().toISOString().slice(0, 10), result }
    } catch (error) {
      // The others are not to be measured in vain.
      console.error(`   FAILED: ${error.stack}`)
      process.exitCode = 1
    }
  }
} finally {
  await lab.close()
}

// What is made in a hurry, or only to be judged, is not what the documentation shows.
const folder = values.quick || values.check ? made : kept
keep(folder, { machine: machine(lab.version), versions: versions(), parts }, measures)
console.log(`\n   Kept in ${relative(root, folder)}: bench.md, bench/results.json, bench/*.svg`)
if (values.check) check(parts)
