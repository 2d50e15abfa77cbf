import { AuthError } from '#engine/snippets/error.js'
import { Outgoing } from '#engine/snippets/outgoing.js'
import { later, nativeFetch, pageOrigin, report } from '#engine/snippets/platform.js'
import { Requests } from '#engine/snippets/requests.js'
import { Shell } from '#engine/snippets/shell.js'
import { Interceptors } from './interceptors.js'
import * as steps from './steps.js'

const UNKNOWN = Object.freeze({ status: 'unknown', expiresAt: null, generation: 0 })

/** What is unauthorized as long as nobody says otherwise. */
const UNAUTHORIZED = 401
/** Methods that take no header of ours. */
const SAFE = ['GET', 'HEAD']

/** A client whose engine is loaded when it is first needed, or ahead of that if `prepare` has been called. */
export function createClient({ load, wait, prepare }) {
  let core
  let requests
  let options
  /** Whether loading the engine has been tried, or, where that takes waiting, has failed: perhaps it cannot be had. */
  let tried = false
  /** Requests that went before there was an engine, under no options. */
  const ahead = []
  /** What was asked of the engine since then, before it could be had. */
  const pending = []
  const interceptors = new Interceptors(report)

  function attach() {
    if (core) return core
    const wanted = machine(options)
    const optionsCameLater = options && ahead.length > 0
    const made = optionsCameLater ? new Shell(machine()) : new Shell(wanted, options)
    core = made
    requests = new Requests(made)
    for (const adopt of ahead.splice(0)) adopt()
    if (optionsCameLater) made.setUpAs(wanted, options)
    for (const action of pending.splice(0)) action(made)
    return made
  }

  /** The engine's, which has read the options. */
  function machine(given) {
    tried ||= !wait
    return new (load().Machine)(given)
  }

  /** Resolves when the engine is there, or what makes it quicker is done; rejects if it was waited for in vain. */
  const prepared = async () => (wait ?? prepare)?.().catch(giveUp)

  function giveUp(error) {
    tried = true
    throw error
  }

  /** Does it now, or as soon as there is an engine: for what cannot fail. */
  function soon(action) {
    if (!available()) pending.push(action)
    else action(core)
  }

  function available() {
    try {
      return attach()
    } catch (error) {
      if (error.code !== 'engine_unavailable') throw error
      return undefined
    }
  }

  /** Does it now, or after loading; rejects where it cannot. */
  function call(action) {
    if (wait && !core) return prepared().then(() => action(attach()))
    try {
      return action(attach())
    } catch (error) {
      return Promise.reject(error)
    }
  }

  function configure(given) {
    const before = options
    // Getters run here, where they may throw.
    options = isPlain(given) ? { ...given } : given
    try {
      if (core) core.setUpAs(machine(options), options)
      else if (!available() && wait) begin()
    } catch (error) {
      options = before
      throw error
    }
  }

  function send(input, init, rest) {
    let outgoing
    try {
      outgoing = new Outgoing(input, init)
    } catch {
      // Whatever is wrong with these arguments, the platform says it best.
      return nativeFetch(input, ...rest)
    }
    if (core) return dispatch(outgoing)
    return goesAhead(outgoing) ? sendAhead(outgoing) : call(() => dispatch(outgoing))
  }

  /**
   * Whether every new engine would let it go as it is: nothing is set up yet that could say otherwise, and the site's own
   * cookies need not be asked for.
   */
  function goesAhead({ input, method, optedOut, oneShot }) {
    const nothingSetUp = !tried && !options && pending.length === 0 && interceptors.isEmpty && pageOrigin() !== undefined
    return nothingSetUp && typeof input === 'string' && SAFE.includes(method) && !optedOut && !oneShot
  }

  /** Sends it before the engine is loaded, which then takes no time of the request's. */
  async function sendAhead(outgoing) {
    let conclude
    ahead.push(() => (conclude = requests.adopt(outgoing)))
    outgoing.keep()
    const sent = outgoing.send()
    if (ahead.length === 1) begin()
    const response = await sent
    if (!core) {
      if (response.status !== UNAUTHORIZED) return response
      await prepared()
      attach()
    }
    return conclude(response)
  }

  /** Loads the engine after what is going on now. What is wrong with it, or with the options, every call says. */
  const begin = () => later(() => prepared().then(attach).catch(() => {}), 0)

  const exchange = (outgoing) => requests.send(outgoing)

  function dispatch(outgoing) {
    return interceptors.isEmpty ? requests.send(outgoing) : interceptors.run(outgoing, exchange)
  }

  const face = (chain) =>
    Object.freeze({
      use: (onFulfilled, onRejected, options) => chain.use(onFulfilled, onRejected, options),
      eject: (id) => chain.eject(id),
      clear: () => chain.clear(),
    })

  function on(event, listener) {
    if (typeof listener !== 'function') {
      throw new AuthError('invalid_options', `on('${event}'): a function is accepted, not ${typeof listener}.`)
    }
    let id
    soon((core) => (id = core.on(event, listener)))
    return () => soon((core) => core.off(id))
  }

  const getSnapshot = () => core?.snapshot ?? UNKNOWN

  const client = {
    fetch: {
      // Written as a method: not a constructor, no need of `this`, and one parameter, as `fetch` has.
      fetch(input) {
        const { length, 1: init } = arguments
        try {
          return length === 0 ? nativeFetch() : send(input, init, length === 1 ? [] : [init])
        } catch (error) {
          return Promise.reject(error)
        }
      },
    }.fetch,
    interceptors: Object.freeze({ request: face(interceptors.request), response: face(interceptors.response) }),
    session: Object.freeze({
      get status() {
        return getSnapshot().status
      },
      get expiresAt() {
        return getSnapshot().expiresAt
      },
      get generation() {
        return getSnapshot().generation
      },
      subscribe: (listener) => on('change', listener),
      getSnapshot,
    }),
    refresh: () => call((core) => core.refresh()),
    ensureFresh: (minValiditySeconds) => call((core) => core.ensureFresh(minValiditySeconds)),
    signIn: (expiry) => soon((core) => core.signIn(expiry)),
    signOut: () => call((core) => core.signOut()),
    prove: (url, { method = 'POST', nonce } = {}) => call((core) => core.prove(String(url), method, nonce)),
    on: (event, listener) => on(checkEvent(event), listener),
    wake: () => soon((core) => core.wake()),
    dispose: () => soon((core) => core.dispose()),
    open(url, options) {
      attach()
      return steps.open(requests, String(url), options)
    },
    admit: (ticket, { signal } = {}) => steps.admit(ticket, signal ?? undefined),
    judge: (ticket, { status, headers, ...rest }, { signal } = {}) =>
      steps.judge(
        ticket,
        status,
        header(headers, 'www-authenticate'),
        header(headers, 'dpop-nonce'),
        { ...rest, status, headers },
        signal ?? undefined,
      ),
  }
  return { client: Object.freeze(client), configure }
}

const isPlain = (given) => given !== null && typeof given === 'object' && !Array.isArray(given)

const EVENTS = ['refresh', 'retry', 'sessionstart', 'sessionend', 'stepup', 'warning']

function checkEvent(event) {
  if (EVENTS.includes(event)) return event
  throw new AuthError('invalid_options', `on('${event}'): there is no such event; there are ${EVENTS.join(', ')}.`)
}

/** A header, from a `Headers` or from a plain object with names in any case. */
function header(headers, wanted) {
  if (typeof headers?.get === 'function') return headers.get(wanted) ?? undefined
  const name = Object.keys(headers ?? {}).find((name) => name.toLowerCase() === wanted)
  return headers?.[name]
}
