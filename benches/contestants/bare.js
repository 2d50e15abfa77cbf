/** The platform's own, which nothing can be faster than. It refreshes nothing. */
export default {
  name: 'bare fetch',
  create: () => ({
    get: (url, init) => fetch(url, init),
    post: (url, json) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    request: (request) => fetch(request),
  }),
}
