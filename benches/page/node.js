// One measurement in a process of its own: `node node.mjs NAME FUNCTION ARGUMENTS`, which are JSON; so is what it prints.
import './stage.js'
import { collect } from './memory.js'
import * as overhead from './overhead.js'
import * as soak from './soak.js'
import * as storm from './storm.js'

const parts = { overhead, soak, storm }
const memory = { collect, heap: () => process.memoryUsage().heapUsed }

const [, , part, name, given] = process.argv
const result = await parts[part][name](JSON.parse(given), memory)
// Whatever still waits for a connection or a timer is nobody's business any more.
process.stdout.write(JSON.stringify(result), () => process.exit())
