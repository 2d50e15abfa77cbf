import { readFile } from 'node:fs/promises'

const kit = await readFile(new URL('../e2e/pages/kit.js', import.meta.url), 'utf8')

/**
 * Has every document of a page watched from before its first script: `kit` is there as on the pages of `tests/e2e`, and
 * `watched` lists by name what was used of the platform and is no business of a script that only loads.
 */
export async function watch(page, t) {
  const source = `{${kit}}\n(${begin})()`
  const command = (name, parameters) => page.drive((driver) => driver.sendAndGetDevToolsCommand(name, parameters))
  const { identifier } = await command('Page.addScriptToEvaluateOnNewDocument', { source })
  t.after(() => command('Page.removeScriptToEvaluateOnNewDocument', { identifier }))
}

/** Sent as text. */
function begin() {
  const watched = (globalThis.watched = [])
  const watch = (holder, prefix, names) => {
    for (const name of names) {
      const note = (verb) => (target, ...rest) => {
        watched.push(prefix + name)
        return Reflect[verb](target, ...rest)
      }
      holder[name] = new Proxy(holder[name], { apply: note('apply'), construct: note('construct') })
    }
  }
  watch(globalThis, '', ['fetch', 'XMLHttpRequest', 'BroadcastChannel', 'Worker'])
  watch(globalThis, '', ['addEventListener', 'setTimeout', 'setInterval'])
  watch(document, 'document.', ['addEventListener'])
  watch(navigator, 'navigator.', ['sendBeacon'])
  watch(navigator.locks, 'navigator.locks.', ['request', 'query'])
  watch(Storage.prototype, 'Storage.', ['getItem', 'setItem'])
  watch(WebAssembly, 'WebAssembly.', ['Module', 'Instance', 'compile', 'instantiate'])
  watch(WebAssembly, 'WebAssembly.', ['compileStreaming', 'instantiateStreaming'])
}
