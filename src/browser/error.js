/** The one error class of the package. It is a member so that minifying leaves its name alone. */
export const { AuthError } = {
  AuthError: class extends Error {
    constructor(code, message, { cause, response, retryAfter, error, error_description } = {}) {
      super(message)
      this.name = 'AuthError'
      this.code = code
      blame(this, cause, response)
      if (retryAfter !== undefined) this.retryAfter = retryAfter
      // RFC 6749 §5.2, by its own names.
      if (error !== undefined) this.error = error
      if (error_description !== undefined) this.error_description = error_description
    }
  },
}

/** As the engine makes it. */
export const authError = (code, message, retryAfter, error, error_description) =>
  new AuthError(code, message, { retryAfter, error, error_description })

/** Adds what the platform said, and the answer that could not be cured. */
export function blame(error, cause, response) {
  if (cause !== undefined) define(error, 'cause', cause)
  if (response !== undefined) define(error, 'response', response)
  return error
}

/** Not enumerable, as the platform's own `cause` is: a logger must not print an answer's headers by accident. */
const define = (error, name, value) =>
  Object.defineProperty(error, name, { value, configurable: true, writable: true })
