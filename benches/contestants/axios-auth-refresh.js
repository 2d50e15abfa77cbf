import axios from 'axios'
import { createAuthRefresh } from 'axios-auth-refresh'

const create = (options) => ({ origin, base, tokens, interceptors, stubbed }) => {
  let token = tokens.access_token
  // A stubbed fetch is met by the adapter of that name alone. There the body is left unread, as the others leave it.
  const instance = axios.create({ baseURL: origin, ...(stubbed && { adapter: 'fetch', responseType: 'stream' }) })
  createAuthRefresh(
    instance,
    async (failed) => {
      const { data } = await instance.post(`${base}/auth/refresh`, undefined, { skipAuthRefresh: true })
      token = data.access_token
      failed.response.config.headers['Authorization'] = `Bearer ${token}`
    },
    options,
  )
  instance.interceptors.request.use((request) => {
    request.headers['Authorization'] = `Bearer ${token}`
    return request
  })
  if (interceptors) {
    instance.interceptors.request.use((config) => config)
    instance.interceptors.request.use((config) => {
      config.headers['x-bench'] = '1'
      return config
    })
    instance.interceptors.response.use((response) => response)
  }
  return {
    get: (url) => instance.get(url),
    post: (url, json) => instance.post(url, json),
  }
}

/** As its README does it, with its defaults. */
export default { name: 'axios-auth-refresh', create: create({}), lacks: ['request'] }

/** With the option that lets every caller of a burst be served. */
export const inParallel = {
  name: 'axios-auth-refresh (deduplicateRefresh: false)',
  create: create({ deduplicateRefresh: false }),
  lacks: ['request'],
  onlyFor: ['job', 'storm'],
}
