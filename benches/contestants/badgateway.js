import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client'

/** As its README's section on the fetch wrapper does it, with tokens that were stored. */
export default {
  name: '@badgateway/oauth2-client',
  create({ origin, base, tokens }) {
    const client = new OAuth2Client({ server: origin, tokenEndpoint: new URL(`${base}/token`, origin).href, clientId: 'bench' })
    const wrapper = new OAuth2Fetch({
      client,
      getNewToken: () => null,
      getStoredToken: () => ({
        accessToken: tokens.access_token,
        refreshToken: tokens.refresh_token,
        expiresAt: Date.now() + tokens.expires_in * 1000,
      }),
      // Its timer would keep a Node process alive.
      scheduleRefresh: false,
    })
    return {
      get: (url) => wrapper.fetch(url),
      post: (url, json) =>
        wrapper.fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
      request: (request) => wrapper.fetch(request),
    }
  },
  lacks: ['interceptors', 'busy'],
}
