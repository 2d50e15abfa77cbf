import { POST } from '../../server.js'

export const config = { runtime: 'edge' }

// As on edge platforms, which compile nothing at run time; `next start` would.
globalThis.WebAssembly = undefined

export default POST
