/**
 * The same as the main entry, but the engine is streamed from `core.wasm` beside it instead of
 * being carried in the JavaScript, so the first calls wait for it, and options are checked once it is there.
 *
 * @packageDocumentation
 */
export * from './index.js'
