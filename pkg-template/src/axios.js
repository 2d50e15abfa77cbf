import { AuthError, client as defaultClient } from 'oauth-refresh-wasm'
import { isOneShot, keepBody } from '#engine/snippets/outgoing.js'

/** By instance: whose client it is attached to, and how that ends. */
const attachments = new WeakMap()

export function attach(instance, client = defaultClient) {
  check(instance, client)
  const before = attachments.get(instance)
  if (before && before.client !== client) {
    refuse('attach(instance, client): this instance is attached to another client; call what attach returned then, first.')
  }
  if (before) return before.detach
  const send = sender(instance, client)
  // It works around the adapter, past the handlers and transforms of both directions: so these run once, in whatever order
  // they were added, and see one answer. The adapter is wrapped by an interceptor and not in `defaults`, because a request
  // may ask for one of its own, and `defaults` may be given another later. The interceptor is synchronous, or it would make
  // every request of the instance asynchronous.
  const { request } = instance.interceptors
  const around = (config) => {
    const { adapter } = config
    config.adapter = (config) => send(config, adapter)
    return config
  }
  const id = request.use(around, null, { synchronous: true })
  const detach = () => {
    if (attachments.get(instance)?.detach !== detach) return
    attachments.delete(instance)
    request.eject(id)
  }
  attachments.set(instance, { client, detach })
  return detach
}

/** Sends a request whose handlers and transforms have run: waits, adds what it takes, and sends once more if need be. */
function sender(instance, client) {
  const transport = bare(instance)

  return async function send(config, adapter) {
    // What errors and answers show is the caller's.
    config.adapter = adapter
    const patience = waiting(config)
    let outcome
    try {
      const url = transport.getUri(config)
      const { method, data } = config
      const replayable = !isOneShot(data) && typeof data?.pipe !== 'function'
      const ticket = client.open(url, { method, replayable, _retry: config._retry === true })
      if (ticket.route === 'foreign') return deliver(await exchange(transport, config))
      const mayRepeat = ticket.route === 'protected' && replayable && !ticket._retry
      // As the bytes are now: the caller may change them meanwhile.
      const kept = mayRepeat ? keepBody(data) : data
      for (let body = data; ; body = kept) {
        const admission = await client.admit(ticket, patience)
        const own = hasCredentials(config) && 'Authorization' in admission.headers
        outcome = await exchange(transport, config, { data: body, ...additions(config, admission, own), ...pinned(config, url) })
        const { response } = outcome
        // Without an answer nobody knows whether it was applied; and what the caller's own credentials are answered says
        // nothing of the session.
        if (own || !isAnswer(response)) break
        const answer = { ...response, body: response.data }
        if ((await client.judge(ticket, answer, patience)) === 'deliver') break
        // Not where it only lacked the server's nonce (RFC 9449 §9).
        if (ticket._retry) config._retry = true
        discard(response)
      }
    } catch (error) {
      throw explained(error, config, outcome?.response)
    } finally {
      patience.end()
    }
    return deliver(outcome)
  }
}

/**
 * An instance without handlers, defaults and transforms: what knows adapters by their names, and sends. It is made of the
 * instance because two copies of axios may be in one program, each with its own error classes.
 */
function bare(instance) {
  const made = instance.create()
  for (const name of Object.keys(made.defaults)) delete made.defaults[name]
  return made
}

/** Sends; what comes of it shows `config`, not what was changed for the way. */
async function exchange(transport, config, changes) {
  const outcome = {}
  try {
    outcome.response = await transport.request({ ...config, ...changes, transformRequest: [], transformResponse: [] })
  } catch (error) {
    outcome.error = error
    outcome.response = error?.response
    if (error?.config) error.config = config
  }
  if (isAnswer(outcome.response)) outcome.response.config = config
  return outcome
}

function deliver(outcome) {
  if ('error' in outcome) throw outcome.error
  return outcome.response
}

const isAnswer = (response) => response !== null && typeof response === 'object'

/** What is to be sent along, unless the caller set the same. */
function additions(config, admission, own) {
  const headers = config.headers.concat()
  for (const [name, value] of Object.entries(admission.headers)) {
    const isOurs = !(own && /^(authorization|dpop)$/i.test(name))
    if (isOurs && !headers.has(name)) headers.set(name, value)
  }
  const { withCredentials = admission.withCredentials || undefined } = config
  return { headers, withCredentials }
}

/** Without absolute URLs, adapters of axios 1.8.0 to 1.8.2 lead elsewhere than its `getUri` says; then that decides. */
function pinned({ allowAbsoluteUrls }, url) {
  return allowAbsoluteUrls === false && { url, baseURL: undefined, params: undefined, allowAbsoluteUrls: true }
}

/** Whether the caller brings credentials of its own. */
const hasCredentials = ({ auth, headers }) => !!auth || headers.has('Authorization')

/** Until when a caller waits for a refresh; axios has two ways to say 'no more'. */
function waiting({ signal, cancelToken }) {
  if (!cancelToken) return { signal, end() {} }
  const controller = new AbortController()
  const abort = () => controller.abort()
  cancelToken.subscribe(abort)
  signal?.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    end() {
      cancelToken.unsubscribe(abort)
      signal?.removeEventListener('abort', abort)
    },
  }
}

/** Lets go of a streamed answer that nobody will read. */
function discard({ data }) {
  data?.destroy?.()
  data?.cancel?.().catch(() => {})
}

/** An `AuthError` with what belongs to it. Axios itself makes an error of an abort. */
function explained(error, config, response) {
  if (error?.name === 'AuthError') {
    error.config = config
    if (response) Object.defineProperty(error, 'response', { value: response, configurable: true, writable: true })
  } else if (response) {
    discard(response)
  }
  return error
}

function check(instance, client) {
  if (typeof instance?.interceptors?.request?.use !== 'function' || typeof instance.create !== 'function') {
    refuse(`attach(instance): an axios instance is accepted, that is axios itself or what axios.create() returns; not ${kind(instance)}.`)
  }
  if (typeof client?.open !== 'function' || typeof client.judge !== 'function') {
    refuse(`attach(instance, client): a client is accepted, that is what configure or createAuthClient returns; not ${kind(client)}.`)
  }
}

const kind = (value) => (value === null ? 'null' : typeof value)

function refuse(message) {
  throw new AuthError('invalid_options', message)
}
