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
  const wrap = (holder, name, seen) => {
    const note = (verb) => (target, ...rest) => {
      watched.push(seen)
      return Reflect[verb](target, ...rest)
    }
    holder[name] = new Proxy(holder[name], { apply: note('apply'), construct: note('construct') })
  }
  const wrapAll = (holder, prefix, names) => {
    for (const name of names) wrap(holder, name, prefix + name)
  }
  wrapAll(globalThis, '', ['addEventListener', 'setTimeout', 'setInterval', 'fetch', 'XMLHttpRequest', 'BroadcastChannel', 'Worker'])
  wrapAll(document, 'document.', ['addEventListener'])
  wrapAll(navigator, 'navigator.', ['sendBeacon'])
  wrapAll(navigator.locks, 'navigator.locks.', ['request', 'query'])
  wrapAll(Storage.prototype, 'Storage.', ['getItem', 'setItem'])
  wrapAll(WebAssembly, 'WebAssembly.', ['Module', 'Instance', 'compile', 'instantiate', 'compileStreaming', 'instantiateStreaming'])
}
