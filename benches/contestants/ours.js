import { createAuthClient } from 'oauth-refresh-wasm'

/** With cookies, the default. */
export const cookies = {
  name: 'oauth-refresh-wasm',
  byCookies: true,
  create({ origin, base, interceptors, exclude }) {
    const client = createAuthClient({ origins: [origin], refreshURL: `${base}/auth/refresh`, ...(exclude && { exclude }) })
    client.signIn({ expires_in: 3600 })
    return sender(client, interceptors)
  },
}

/** With the tokens in memory. */
export const bearer = {
  name: 'oauth-refresh-wasm (bearer)',
  create({ origin, base, tokens, interceptors }) {
    const options = { mode: 'bearer', origins: [origin], tokenEndpoint: `${base}/token`, clientId: 'bench', tokens }
    return sender(createAuthClient(options), interceptors)
  },
}

function sender(client, interceptors) {
  if (interceptors) {
    client.interceptors.request.use((config) => config)
    client.interceptors.request.use((config) => {
      config.headers['x-bench'] = '1'
      return config
    })
    client.interceptors.response.use((response) => response)
  }
  const authedFetch = client.fetch
  return {
    get: (url) => authedFetch(url),
    post: (url, json) =>
      authedFetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    request: (request) => authedFetch(request),
  }
}
