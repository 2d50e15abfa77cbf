import bytes from '#engine/bytes'
import { loading } from './engine.js'
import { publish } from './publish.js'

let module
let compiling

/** Carries its engine in its own text, and loads it where it is first used: at once, so that no call is special. */
const load = loading(() => (module ??= new WebAssembly.Module(bytes())))

/** Compiles it beside the page's own work, for whoever has the time. */
const prepare = () => (compiling ??= compile())

async function compile() {
  try {
    module ??= await WebAssembly.compile(bytes())
  } catch {
    // What is wrong `load` says.
  }
}

export const { authedFetch, configure, createAuthClient, ready, client } = publish({ load, prepare })
export { AuthError } from '#engine/snippets/error.js'
