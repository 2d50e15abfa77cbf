import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { scenario } from '../e2e/harness/scenario.mjs'
import { neighborhood } from './application.mjs'
import { bundlers } from './bundlers.mjs'
import { watch } from './watch.mjs'

const { home, settle, leave } = await neighborhood()
after(leave)

/** What the storm of `applications/shared` tells when all is well: loading did nothing, 20 calls were cured. */
export const CURED = { loading: [], statuses: Array(20).fill(200), generation: 2 }

/** Which files with an engine the pages were served. */
export const enginesServed = ({ byPath }) => Object.keys(byPath).filter((call) => call.endsWith('.wasm'))

/** The files that a bundler makes of an application whose first script is `entry`: of the package it knows nothing. */
export async function build(bundler, entry) {
  const folder = folderOf(bundler, entry)
  const root = await settle(folder, 'scripts')
  await bundlers[bundler](root, entry)
  return { root, dist: join(root, 'dist') }
}

/** A test in the browser, with a backend that serves at `/`, under its strict policy, what a bundler makes. */
export function built(name, { bundler, entry, ...options }, body) {
  const dist = join(home, folderOf(bundler, entry), 'dist')
  // The backend starts before the bundler does, and serves no folder that is not there.
  mkdirSync(dist, { recursive: true })
  const inBrowser = async (stage) => {
    const { backend, page, t } = stage
    const { root } = await build(bundler, entry)
    await watch(page, t)
    const open = async () => {
      await backend.forget()
      await page.open('/index.html')
    }
    await open()
    await body({ ...stage, root, dist, open })
  }
  scenario(name, inBrowser, { dist, ...options })
}

const folderOf = (bundler, entry) => `${bundler} ${entry}`.replace(/\W+/g, '-')
