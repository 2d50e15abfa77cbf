// The three steps of a request for transports that are not `fetch`: open, admit, judge. They are those of `Requests`.

const FOREIGN = 0
const PROTECTED = 3
const KIND = 3
const GIVE_BACK = 1

/** What belongs to a ticket and is nobody else's business: it leads to tokens. */
const states = new WeakMap()

/** One request of another transport, as its caller has it. */
class Ticket {
  constructor(route, _retry) {
    this.route = route
    this._retry = _retry
  }
}

export function open(requests, url, { method = 'GET', replayable = true, _retry = false } = {}) {
  const { place, ticket } = requests.open(url, _retry ? 2 : replayable ? 0 : 1)
  const kind = place & KIND
  const opened = new Ticket(kind === PROTECTED ? 'protected' : kind === FOREIGN ? 'foreign' : 'exempt', !!_retry)
  states.set(opened, { requests, ticket, place, url, method: String(method), replayable, admitted: false, since: requests.now() })
  return opened
}

/** Waits while the session is being refreshed, then says what to send along. */
export async function admit(opened, signal) {
  const state = states.get(opened)
  const { requests, place, url, method } = state
  // Judging its 401 has waited already.
  if (state.admitted && !requests.shell.isDisposed) state.admitted = false
  else await settle(state, signal)
  state.since = requests.now()
  const additions = requests.additions(place, method.toUpperCase())
  const headers = {}
  if (additions?.guard) headers[additions.guard.name] = additions.guard.value
  if (additions?.authorization) headers.Authorization = additions.authorization
  if (additions?.dpop) headers.DPoP = await additions.dpop.prove(url, method, additions.token)
  return { headers, withCredentials: !!additions?.include }
}

/** What becomes of an answer: `deliver` or `retry`. `nonce` is its `DPoP-Nonce`. */
export async function judge(opened, status, challenge, nonce, answer, signal) {
  const state = states.get(opened)
  const { requests, ticket, url, method, place } = state
  if (wantsNonce(state, status, challenge, nonce)) {
    state.admitted = true
    return 'retry'
  }
  const signsIn = status >= 200 && status < 300 && requests.maySignIn(place, method.toUpperCase())
  if (signsIn) requests.noteSignIn(answer.body, state.since)
  if (!requests.shell.judge(ticket, requests.pass.isUnauthorized(status, answer), challenge)) return 'deliver'
  if ((await settle(state, signal)) === GIVE_BACK) return 'deliver'
  requests.shell.tellRetry(url, method)
  opened._retry = true
  state.admitted = true
  return 'retry'
}

async function settle({ requests, ticket }, signal) {
  let admission
  let outcome
  while (typeof (admission = requests.shell.admit(ticket, outcome, undefined, signal)) === 'object') outcome = await admission
  return admission
}

/** Takes the nonce of an answer. Says whether that is to be had by sending the request once more (RFC 9449 §9). */
function wantsNonce(state, status, challenge, nonce) {
  const { requests, place, method, url } = state
  const { dpop, token } = requests.additions(place, method.toUpperCase()) ?? {}
  if (!dpop || nonce === undefined || !dpop.hear(url, token, nonce, status, challenge)) return false
  const { replayable } = state
  state.replayable = false
  return replayable
}
