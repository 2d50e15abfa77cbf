/** The handlers of one chain, in the order in which they were added, each under an id that is never given again. */
class Chain {
  constructor() {
    this.handlers = new Map()
    this.next = 0
  }

  use(fulfilled, rejected, options) {
    this.handlers.set(this.next, {
      fulfilled: callable(fulfilled),
      rejected: callable(rejected),
      runWhen: callable(options?.runWhen),
      synchronous: !!options?.synchronous,
    })
    return this.next++
  }

  /** An unknown or stale id is no matter. */
  eject(id) {
    this.handlers.delete(id)
  }

  clear() {
    this.handlers.clear()
  }
}

/** A client's handlers, with axios' semantics: what runs when is decided before the first of them runs. */
export class Interceptors {
  /** `report` is told what is thrown where nobody could catch it. */
  constructor(report) {
    this.request = new Chain()
    this.response = new Chain()
    this.report = report
  }

  get isEmpty() {
    return this.request.handlers.size === 0 && this.response.handlers.size === 0
  }

  /** Has `exchange` send a request, as the handlers that there are now change it. */
  run(outgoing, exchange) {
    let config = outgoing.toConfig()
    const before = [...this.request.handlers.values()].filter(({ runWhen }) => runWhen?.(config) !== false).reverse()
    const after = [...this.response.handlers.values()]
    const dispatch = (changed) => exchange(outgoing.changed((config = changed)))
    let answer
    if (before.every(({ synchronous }) => synchronous)) {
      config = this.runWithinCall(before, config)
      answer = attempt(dispatch, config)
    } else {
      answer = before.reduce((answer, { fulfilled, rejected }) => answer.then(fulfilled, rejected), Promise.resolve(config))
      answer = answer.then(dispatch)
    }
    answer = answer.then(undefined, (error) => blame(error, config))
    for (const { fulfilled, rejected } of after) {
      answer = answer.then(fulfilled && ((value) => fulfilled(value, config)), rejected)
    }
    return answer
  }

  /** A handler that throws goes to its own `rejected` and ends the chain; the request still goes out. */
  runWithinCall(handlers, config) {
    for (const { fulfilled, rejected } of handlers) {
      try {
        if (fulfilled) config = fulfilled(config)
      } catch (thrown) {
        try {
          rejected?.(thrown)
        } catch (error) {
          this.report(error)
        }
        break
      }
    }
    return config
  }
}

const callable = (given) => (typeof given === 'function' ? given : undefined)

function attempt(action, value) {
  try {
    return action(value)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Throws it, with the request to which it belongs if it can be told. */
function blame(error, config) {
  try {
    if (typeof error === 'object' || typeof error === 'function') error.config = config
  } catch {
    // It is frozen, or null.
  }
  throw error
}
