// A file of its own, for a Content-Security-Policy forbids scripts in the page. `app.js` is what wasm-bindgen made.
import init from './app.js'

await init()
