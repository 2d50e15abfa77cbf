import axios from 'axios'
import { AuthError, authedFetch } from 'oauth-refresh-wasm'

export const api = axios.create({
  adapter: 'fetch',
  env: {
    // axios writes to the `response` of whatever it is thrown, and a Response cannot be written to.
    fetch: (...args: Parameters<typeof fetch>) =>
      authedFetch(...args).catch((cause) => {
        throw cause instanceof AuthError ? new AuthError(cause.code, cause.message, { cause }) : cause
      }),
  },
})
