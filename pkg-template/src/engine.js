import { Machine, __wbg_set_wasm, imports } from '#engine/glue'
import { AuthError } from '#engine/snippets/error.js'

/** A `load` for {@link publish}: gives the engine of the module that `compile()` gives, which it starts only once. */
export function loading(compile) {
  let engine
  return () => {
    try {
      return (engine ??= instantiate(compile()))
    } catch (cause) {
      throw unavailable(cause)
    }
  }
}

/** Starts the engine; there is one in a page, however many clients. */
export function instantiate(module) {
  // Under the name that xtask/js/engine.mjs gives.
  const { exports } = new WebAssembly.Instance(module, { e: imports })
  __wbg_set_wasm(exports)
  return { Machine }
}

/** The engine cannot be loaded; the message says why and what to do. */
export function unavailable(cause, url) {
  return new AuthError('engine_unavailable', `The engine of oauth-refresh-wasm could not be loaded: ${reason(cause, url)}`, { cause })
}

const PLAIN = "import 'oauth-refresh-wasm/js', which needs none"

function reason(cause, url) {
  if (typeof WebAssembly !== 'object') {
    return `there is no WebAssembly here (an old browser, or one in a lockdown mode); ${PLAIN}.`
  }
  const seen = cause?.message ?? cause
  if (/content.security.policy|unsafe-eval|blocked by CSP|disallowed by embedder/i.test(seen)) {
    return `the page's Content-Security-Policy forbids it. Add 'wasm-unsafe-eval' to its script-src, or ${PLAIN}. (${seen})`
  }
  if (url) return `${url} could not be had (${seen}). Serve core.wasm beside url.js, or import 'oauth-refresh-wasm', which needs no second file.`
  return seen
}
