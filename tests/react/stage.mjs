import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bundlePage, bundleServer } from '../e2e/harness/bundled.mjs'
import { scenario } from '../e2e/harness/scenario.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

/** By major version, what `react` and `react-dom` are. */
const MAJORS = { 18: { react: 'react-18', 'react-dom': 'react-dom-18' }, 19: {} }

const options = (major, mode) => ({ alias: MAJORS[major], define: { 'process.env.NODE_ENV': JSON.stringify(mode) } })

const pages = new Map()
for (const major of Object.keys(MAJORS)) {
  for (const mode of ['development', 'production']) pages.set(major + mode, await bundlePage(here, options(major, mode)))
}

/** A scenario for both majors of React, in the mode in which React warns; or in another. */
export function everywhere(name, body, { mode = 'development', ...rest } = {}) {
  for (const major of Object.keys(MAJORS)) {
    const title = `${name} (React ${major}${mode === 'development' ? '' : `, ${mode}`})`
    scenario(title, (stage) => body({ ...stage, major }), { path: '/', dist: pages.get(major + mode), ...rest })
  }
}

/** What a server renders with that major of React: see `server.js`. */
export async function renderOnServer(major) {
  const file = await bundleServer(here, options(major, 'development'))
  return createRequire(import.meta.url)(file).render()
}
