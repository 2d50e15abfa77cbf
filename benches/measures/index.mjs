import * as job from './job.mjs'
import * as overhead from './overhead.mjs'
import * as storm from './storm.mjs'

/** Everything that is measured, in the order in which it is shown. */
export const measures = { job, overhead, storm }
