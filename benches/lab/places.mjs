import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const benches = dirname(dirname(fileURLToPath(import.meta.url)))
export const root = dirname(benches)
/** The package as it is published. */
export const shipped = join(root, 'pkg')
/** What is made for a run and thrown away. */
export const made = join(root, 'target', 'bench')
/** What is kept of a run. */
export const kept = join(root, 'docs')
