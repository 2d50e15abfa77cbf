import './stage.js'
import * as job from './job.js'
import * as growth from './growth.js'
import { collect } from './memory.js'
import * as overhead from './overhead.js'
import * as soak from './soak.js'
import * as storm from './storm.js'

const memory = { collect, heap: () => performance.memory.usedJSHeapSize }

globalThis.bench = { growth, job, memory, overhead, soak, storm }
