import { pipeline, withHooks, withTokenRefresh } from 'fetch-extras'

/** As in docs/with-token-refresh.md: the refresh sets the cookie that later requests carry. */
export default {
  name: 'fetch-extras',
  create({ base, interceptors }) {
    const refreshing = withTokenRefresh({
      async refreshToken() {
        const response = await fetch(`${base}/auth/refresh`, { method: 'POST' })
        const { access_token } = await response.json()
        return access_token
      },
    })
    const hooks = [
      withHooks({ beforeRequest: ({ options }) => ({ ...options, headers: { ...options.headers, 'x-bench': '1' } }) }),
      withHooks({ beforeRequest() {} }),
      withHooks({ afterResponse() {} }),
    ]
    const send = pipeline((input, init) => fetch(input, init), refreshing, ...(interceptors ? hooks : []))
    return {
      get: (url) => send(url),
      post: (url, json) =>
        send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
      request: (request) => send(request),
    }
  },
}
