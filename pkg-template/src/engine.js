import * as glue from '#engine/glue'
import { AuthError } from '#engine/snippets/error.js'

/** Starts the engine; there is one in a page, however many clients. */
export function instantiate(module) {
  const [{ module: name }] = WebAssembly.Module.imports(module)
  const { exports } = new WebAssembly.Instance(module, { [name]: glue })
  glue.__wbg_set_wasm(exports)
  exports.__wbindgen_start()
  return glue
}

/** The engine cannot be loaded; the message says why and what to do. */
export function unavailable(cause, url) {
  return new AuthError('engine_unavailable', `The engine of oauth-refresh-wasm could not be loaded: ${reason(cause, url)}`, { cause })
}

function reason(cause, url) {
  if (typeof WebAssembly !== 'object') {
    return 'there is no WebAssembly here (an old browser, or one in a lockdown mode).'
  }
  const seen = cause?.message ?? cause
  if (/content.security.policy|unsafe-eval|blocked by CSP|disallowed by embedder/i.test(seen)) {
    return `the page's Content-Security-Policy forbids it. Add 'wasm-unsafe-eval' to its script-src. (${seen})`
  }
  if (url) return `${url} could not be had (${seen}). Serve core.wasm beside url.js, or import 'oauth-refresh-wasm', which needs no second file.`
  return seen
}
