const of = (name) => (name ? { name } : {})

/**
 * What is particular to a client, whose driver has its name: `refused` is its error for a 401 and the status that it
 * tells, `unavailable` the one for a refresh that was not available, `abandoned` the one for a call that was given up;
 * without it there is nothing for giving up. `sends` is how many requests ten calls make, `insists` whether it can try
 * again by itself after a 401.
 */
function client(name, particulars) {
  const { refused, status = 401, unavailable, abandoned, canAbandon = true, sends = 10, insists = false } = particulars
  return {
    name,
    refused: { ...of(refused), status },
    unavailable: of(unavailable),
    abandoned: canAbandon && of(abandoned),
    sends,
    insists,
  }
}

const trpc = { refused: 'TRPCClientError', unavailable: 'TRPCClientError', abandoned: 'TRPCClientError', insists: true }

export const clients = [
  client('openapi-fetch', { unavailable: 'AuthError', abandoned: 'AbortError' }),
  client('ky', { refused: 'HTTPError', unavailable: 'AuthError', abandoned: 'AbortError', insists: true }),
  client('ofetch', { refused: 'FetchError', unavailable: 'FetchError', abandoned: 'FetchError', insists: true }),
  client('wretch', { refused: 'Error', unavailable: 'AuthError', abandoned: 'AbortError', insists: true }),
  client('axios', { refused: 'AxiosError', unavailable: 'AuthError', abandoned: 'CanceledError' }),
  client('apollo', { refused: 'ServerError', unavailable: 'AuthError', abandoned: 'AbortError', insists: true }),
  client('urql', { refused: 'CombinedError', unavailable: 'CombinedError', abandoned: 'unsubscribed', insists: true }),
  client('graphql-request', { refused: 'Error', unavailable: 'AuthError', abandoned: 'AbortError' }),
  client('trpc', trpc),
  client('trpc-batch', { ...trpc, sends: 2 }),
  client('trpc-batch-stream', { ...trpc, sends: 2 }),
  client('connect', {
    refused: 'ConnectError',
    status: true,
    unavailable: 'ConnectError',
    abandoned: 'ConnectError',
  }),
  client('tanstack-query', { refused: 'Error', unavailable: 'AuthError', abandoned: 'canceled', insists: true }),
  client('swr', { refused: 'Error', unavailable: 'AuthError', canAbandon: false, insists: true }),
  client('rtk-query', { abandoned: 'AbortError', insists: true }),
  client('postgrest', {}),
]
