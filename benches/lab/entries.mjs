import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleText } from './bundles.mjs'
import { made, shipped } from './places.mjs'

/** The least that a page imports to send its first request with each contestant. */
const SOURCES = {
  'bare fetch': `export const send = (url) => fetch(url)`,
  'oauth-refresh-wasm': `
    import { authedFetch } from 'oauth-refresh-wasm'
    export const send = (url) => authedFetch(url)`,
  'oauth-refresh-wasm/url': `
    import { authedFetch } from 'oauth-refresh-wasm/url'
    export const send = (url) => authedFetch(url)`,
  'oauth-refresh-wasm/js': `
    import { authedFetch } from 'oauth-refresh-wasm/js'
    export const send = (url) => authedFetch(url)`,
  'fetch-extras': `
    import { withTokenRefresh } from 'fetch-extras'
    const refreshToken = async () => (await (await fetch('/auth/refresh', { method: 'POST' })).json()).access_token
    export const send = withTokenRefresh({ refreshToken })(fetch)`,
  ky: `
    import ky from 'ky'
    const beforeRetry = async ({ request }) => {
      const { access_token } = await ky.post('/auth/refresh').json()
      request.headers.set('Authorization', \`Bearer \${access_token}\`)
    }
    const api = ky.create({ retry: { statusCodes: [401] }, hooks: { beforeRetry: [beforeRetry] } })
    export const send = (url) => api.get(url)`,
  'axios-auth-refresh': `
    import axios from 'axios'
    import { createAuthRefresh } from 'axios-auth-refresh'
    createAuthRefresh(axios, () => axios.post('/auth/refresh'))
    export const send = (url) => axios.get(url)`,
  '@badgateway/oauth2-client': `
    import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client'
    const client = new OAuth2Client({ server: location.origin, clientId: 'bench' })
    const getStoredToken = () => ({ accessToken: 'a', refreshToken: 'r', expiresAt: null })
    const wrapper = new OAuth2Fetch({ client, getNewToken: () => null, getStoredToken })
    export const send = (url) => wrapper.fetch(url)`,
  'supertokens-website': `
    import SuperTokens from 'supertokens-website'
    SuperTokens.init({ apiDomain: location.origin, apiBasePath: '/auth' })
    export const send = (url) => fetch(url)`,
  wretch: `
    import wretch from 'wretch'
    const api = wretch().resolve((chain) =>
      chain.unauthorized(async (_, request) => {
        await wretch('/auth/refresh').post().json()
        return request.fetch().res()
      }),
    )
    export const send = (url) => api.url(url).get().res()`,
}

/** What a page loads besides its script. */
const BESIDES = { 'oauth-refresh-wasm/url': ['core.wasm'] }

const { exports } = JSON.parse(readFileSync(join(shipped, 'package.json'), 'utf8'))
const isShipped = (name) => !name.endsWith('/js') || './js' in exports

/** For each contestant the files that a page loads for it, the module first. */
export async function entries() {
  const names = Object.keys(SOURCES).filter(isShipped)
  const each = names.map(async (name) => {
    const script = await bundleText(SOURCES[name], join(made, 'entries', `${name.replace(/\W+/g, '-')}.js`))
    return { name, files: [script, ...(BESIDES[name] ?? []).map((file) => join(shipped, file))] }
  })
  return Promise.all(each)
}
