import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Room for what is allocated, so that nothing of it is collected before it is counted. */
export const ROOMY = ['--min-semi-space-size=256', '--max-semi-space-size=256']

/** Calls a function of `page/node.js` in a process of its own. */
export async function inNode(bundle, part, name, argument, flags = []) {
  const args = ['--expose-gc', ...flags, bundle, part, name, JSON.stringify(argument)]
  const { stdout } = await execute(process.execPath, args, { maxBuffer: 1 << 28 })
  return JSON.parse(stdout)
}
