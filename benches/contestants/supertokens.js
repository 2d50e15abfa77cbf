import SuperTokens from 'supertokens-website'

/** What replaces the page's `fetch` once; there is one in a page. */
let patched

/** As its documentation does it: `init` replaces the page's `fetch` and `XMLHttpRequest`, here for itself alone. */
export default {
  name: 'supertokens-website',
  create({ origin, base }) {
    const { fetch, XMLHttpRequest } = globalThis
    SuperTokens.init({ apiDomain: origin, apiBasePath: `${new URL(base, origin).pathname}/auth`, tokenTransferMethod: 'cookie' })
    patched ??= globalThis.fetch
    Object.assign(globalThis, { fetch, XMLHttpRequest })
    return {
      get: (url) => patched(url),
      post: (url, json) =>
        patched(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
      request: (request) => patched(request),
    }
  },
  lacks: ['interceptors', 'busy'],
  onlyIn: 'browser',
}
