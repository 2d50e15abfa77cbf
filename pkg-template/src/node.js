// One session for `import` and for `require`: two copies of the package would be two.
export { authedFetch, configure, createAuthClient, ready, client, AuthError } from './index.cjs'
