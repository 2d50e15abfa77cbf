import { plots } from './plots.mjs'

/** What was measured as a page: machine, versions, and for each measurement its tables and plots. */
export function page({ machine, versions, parts }, measures) {
  const present = Object.keys(measures).filter((name) => name in parts)
  const sections = present.map((name) => {
    const { title, method, tables } = measures[name]
    const { date, result } = parts[name]
    return [
      `## ${title}`,
      method,
      ...plots(name, result).map(({ file, alt }) => `![${alt}](bench/${file})`),
      ...tables(result).map(table),
      `Measured on ${date}.`,
    ].join('\n\n')
  })
  const versionList = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return `${[
    '# Side by side with the peers',
    'Written by `cargo xtask bench`; do not edit.',
    `Machine: ${machine.cores} cores (${machine.processor}), Chromium ${machine.chromium}, Node ${machine.node}. Versions: ${versionList.join(', ')}.`,
    METHOD,
    ...sections,
  ].join('\n\n')}\n`
}

const METHOD = `All contestants are measured in one run: in the same page or process, against the same server or the same stub,
each of them in each round, in another order each time. What is shown is the median of the rounds, ± the median distance
from it. Ratios may be compared between machines, times may not. Each contestant is set up as its own documentation says
(\`benches/contestants\`).`

function table({ title, note, columns, rows }) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  const rule = line(columns.map((_, index) => (index === 0 ? '---' : '---:')))
  return [`${title}.`, ...(note ? [note] : []), [line(columns), rule, ...rows.map(line)].join('\n')].join('\n\n')
}
