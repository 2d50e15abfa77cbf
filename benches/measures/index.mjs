import * as coldstart from './coldstart.mjs'
import * as growth from './growth.mjs'
import * as job from './job.mjs'
import * as overhead from './overhead.mjs'
import * as size from './size.mjs'
import * as soak from './soak.mjs'
import * as storm from './storm.mjs'

/** Everything that is measured, in the order in which it is shown. */
export const measures = { job, overhead, storm, growth, coldstart, size, soak }
