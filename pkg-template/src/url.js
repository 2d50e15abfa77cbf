import { instantiate, unavailable } from './engine.js'
import { publish } from './publish.js'

let engine
let loading
let address = 'core.wasm'

/** Streams its engine from the file beside it. */
function wait() {
  loading ??= stream().then(instantiate).then(
    (started) => void (engine = started),
    (cause) => {
      // The next call tries again.
      loading = undefined
      throw unavailable(cause, address)
    },
  )
  return loading
}

async function stream() {
  // Not before: some bundlers leave no URL to go by, and what throws at import cannot be caught.
  const url = new URL('./core.wasm', import.meta.url)
  address = url.href
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`.trim())
  // Streaming wants the right media type; a server that does not know it still has the right bytes.
  const streamed = WebAssembly.compileStreaming && /^application\/wasm\b/.test(response.headers.get('content-type'))
  return streamed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer())
}

function load() {
  if (!engine) throw unavailable('it is still on its way; await ready() first.')
  return engine
}

export const { authedFetch, configure, createAuthClient, ready, client } = publish({ load, wait })
export { AuthError } from '#engine/snippets/error.js'
