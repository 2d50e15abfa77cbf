/** What the others are measured by. */
export const BARE = 'bare fetch'
/** The package, in its default mode. */
export const OURS = 'oauth-refresh-wasm'
/** The package, with the tokens in memory. */
export const OURS_BEARER = 'oauth-refresh-wasm (bearer)'
/** Whether a contestant is the package, in one of its modes or by one of its entries. */
export const isOurs = (name) => name.startsWith(OURS)
