const MOST_REDIRECTS = 10

/**
 * A browser without a screen: it keeps cookies, follows redirects, fills in the provider's form, and repeats
 * `XSRF-TOKEN` as the SDK would. A clone is a second one with the same cookies.
 */
export class Visitor {
  #cookies

  /** All that came from the backend, as text: statuses, headers and bodies. */
  seen = []

  /** `backend` is an origin. */
  constructor(backend, cookies = []) {
    this.backend = backend
    this.#cookies = cookies
  }

  clone() {
    return new Visitor(this.backend, [...this.#cookies])
  }

  cookie(name) {
    return this.#cookies.find((cookie) => cookie.name === name)?.value
  }

  /** Loses the cookies whose names begin so. */
  forget(prefix) {
    this.#cookies = this.#cookies.filter(({ name }) => !name.startsWith(prefix))
  }

  get(path) {
    return this.#send('GET', new URL(path, this.backend))
  }

  post(path, headers) {
    return this.#send('POST', new URL(path, this.backend), { headers })
  }

  /** Signs in by way of the provider; returns the last answer and its URL. */
  async signIn({ login = 'ann', returnTo = '/' } = {}) {
    await this.get('/auth/session')
    return this.answerForm(await this.follow(`/auth/login?return_to=${encodeURIComponent(returnTo)}`), login)
  }

  /** Gives a login to the provider's form, if it asks for one; `stop` is as in `follow`. */
  async answerForm(arrived, login, stop) {
    const action = /<form[^>]* action="([^"]+)"/.exec(arrived.answer.text)?.[1]
    if (!action) return arrived
    const form = new URLSearchParams({ prompt: 'login', login, password: 'any' })
    const url = new URL(action, arrived.url)
    return this.#followed(url, await this.#send('POST', url, { body: form }), stop)
  }

  /** Follows redirects to their end, or until `stop` says so of the next URL. */
  async follow(path, stop) {
    const url = new URL(path, this.backend)
    return this.#followed(url, await this.#send('GET', url), stop)
  }

  async #followed(url, answer, stop = () => false) {
    for (let left = MOST_REDIRECTS; answer.headers.has('location'); left -= 1) {
      if (left === 0) throw new Error(`Too many redirects, the last to ${url}`)
      url = new URL(answer.headers.get('location'), url)
      if (stop(url)) break
      answer = await this.#send('GET', url)
    }
    return { url, answer }
  }

  async #send(method, url, { headers = {}, body } = {}) {
    const sent = this.#cookies.filter((cookie) => url.pathname.startsWith(cookie.path))
    const xsrf = this.cookie('XSRF-TOKEN')
    const response = await fetch(url, {
      method,
      body,
      redirect: 'manual',
      headers: {
        ...(sent.length > 0 && { Cookie: sent.map(({ name, value }) => `${name}=${value}`).join('; ') }),
        ...(method === 'POST' && xsrf && { 'X-XSRF-TOKEN': xsrf }),
        ...headers,
      },
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    const answer = { status: response.status, headers: response.headers, text: await response.text() }
    answer.json = () => JSON.parse(answer.text)
    if (url.origin === this.backend) {
      this.seen.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${answer.text}`)
    }
    return answer
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(/; */)
    const [name, ...value] = pair.split('=')
    const attribute = (wanted) => attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
    const path = attribute('path') ?? '/'
    const gone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '9999') < Date.now()
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path)
    if (!gone) this.#cookies.push({ name, value: value.join('='), path })
  }
}
