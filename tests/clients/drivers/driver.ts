/** One client, told in the words of the tests, which are the same for all. Each member uses the client's own means. */
export interface Driver {
  /** Signs the user `demo` in. */
  signIn(password: string): Promise<unknown>
  /** The text of a note. A signal is handed on to whatever the client has for giving up. */
  read(id: string, signal?: AbortSignal): Promise<string>
  /** The text of the note that was made of it. */
  add(text: string): Promise<string>
  /** The status of an answer, as the client's error tells it, or its result. The recipes show this very expression. */
  status(error: any): unknown
  /** Whether these tell that the refresh was not available. The recipes show this one too. */
  isUnavailable(error: any): boolean
  /** As `read`, with three more tries at once after any error, a `401` included, by the client's own means. */
  insist?(id: string): Promise<string>
}
