// An app that names both entries.
module.exports = [require('oauth-refresh-wasm'), require('oauth-refresh-wasm/js')]
