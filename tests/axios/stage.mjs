import { fileURLToPath } from 'node:url'
import { bundlePage } from '../e2e/harness/bundled.mjs'
import { scenario } from '../e2e/harness/scenario.mjs'

const VERSIONS = ['1.21', '1.7']
const ADAPTERS = ['xhr', 'fetch']

const dist = await bundlePage(fileURLToPath(new URL('.', import.meta.url)))

/** A scenario for both versions of axios and both adapters of a browser, or for some of them. */
export function everywhere(name, body, { versions = VERSIONS, adapters = ADAPTERS, ...options } = {}) {
  for (const version of versions) {
    for (const adapter of adapters) {
      const prepared = async (stage) => {
        await stage.inPage((version, adapter) => kit.take(version, adapter), version, adapter)
        await body(stage)
      }
      scenario(`${name} (axios ${version}, ${adapter})`, prepared, { path: '/', dist, ...options })
    }
  }
}
