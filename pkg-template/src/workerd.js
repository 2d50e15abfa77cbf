import core from './core.wasm'
import { loading } from './engine.js'
import { publish } from './publish.js'

/** Where nothing is compiled at run time, the platform has compiled the engine before. */
function compiled() {
  if (core instanceof WebAssembly.Module) return core
  throw new TypeError(
    "importing core.wasm gave no WebAssembly.Module, as it does in workerd and with its tools; elsewhere, leave out the condition 'workerd'.",
  )
}

export const { authedFetch, configure, createAuthClient, ready, client } = publish({ load: loading(compiled) })
export { AuthError } from '#engine/snippets/error.js'
