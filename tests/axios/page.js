/** What scenarios have at hand in the page besides `kit`: axios in some versions, and the adapter as it is shipped. */
import axios from 'axios'
import older from 'axios-1.7'
import deaf from 'axios-1.8'
import { attach } from 'oauth-refresh-wasm/axios'

const versions = { '1.21': axios, '1.7': older, '1.8': deaf }

Object.assign(kit, {
  attach,

  /** Lets `kit.axios` be that version, and `kit.create` make instances with that adapter. */
  take(version, adapter) {
    kit.axios = versions[version]
    kit.create = (config) => kit.axios.create({ adapter, ...config })
  },

  /** An instance that is attached to the default client, whose user has signed in. */
  async begin({ config, ...options } = {}) {
    const { client } = await kit.signedIn(options)
    const api = kit.create(config)
    Object.assign(kit, { client, api, detach: attach(api), heard: kit.listen(client) })
  },

  /** What comes of a request of axios: what matters of the answer, or of the error. */
  seen: (call) =>
    Promise.resolve(call).then(
      ({ status, data, config }) => ({ status, data, _retry: config._retry === true }),
      (error) => ({
        ...kit.told(error),
        isAxiosError: kit.axios.isAxiosError(error),
        isCancel: kit.axios.isCancel(error),
        ...(error.response && { status: error.response.status, data: error.response.data }),
        ...(error.config && { _retry: error.config._retry === true }),
      }),
    ),
})
