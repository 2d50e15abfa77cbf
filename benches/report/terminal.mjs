/** Prints a table: the first column to the left, the others to the right. */
export function print({ title, columns, rows, note }) {
  const cells = [columns, ...rows].map((row) => row.map(String))
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index].length)))
  console.log(`\n   ${title}`)
  for (const row of cells) {
    const line = row.map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[index])))
    console.log(`   ${line.join('   ')}`)
  }
  if (note) console.log(`   ${note}`)
}
