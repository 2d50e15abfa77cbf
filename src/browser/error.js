/** The one error class of the package. It is a member so that minifying leaves its name alone. */
export const { AuthError } = {
  AuthError: class extends Error {
    constructor(code, message, { cause, response, retryAfter, error, error_description } = {}) {
      super(message)
      this.name = 'AuthError'
      this.code = code
      // Not enumerable, as the platform's own `cause` is: a logger must not print an answer's headers by accident.
      if (cause !== undefined) define(this, 'cause', cause)
      if (response !== undefined) define(this, 'response', response)
      if (retryAfter !== undefined) this.retryAfter = retryAfter
      // RFC 6749 §5.2, by its own names.
      if (error !== undefined) this.error = error
      if (error_description !== undefined) this.error_description = error_description
    }
  },
}

/** As the engine makes it. */
export const authError = (code, message, cause, response, retryAfter, error, error_description) =>
  new AuthError(code, message, { cause, response, retryAfter, error, error_description })

const define = (error, name, value) =>
  Object.defineProperty(error, name, { value, configurable: true, writable: true })
