/**
 * The same as the main entry, with the engine as plain JavaScript instead of WebAssembly: for a Content-Security-Policy
 * without `'wasm-unsafe-eval'`, and for runtimes that have no WebAssembly.
 *
 * @packageDocumentation
 */
export * from './index.js'
