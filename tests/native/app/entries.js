// An app that names every entry with an engine.
module.exports = [require('oauth-refresh-wasm'), require('oauth-refresh-wasm/js'), require('oauth-refresh-wasm/url')]
