/** A value of a switch and what it means to a person. */
export interface Choice {
  readonly value: string
  readonly words: string
}

export interface ChoiceGroup {
  readonly words: string
  readonly choices: readonly Choice[]
}

/** The answers that the server can give to a refresh, by what the SDK makes of them. */
export const refreshAnswers: readonly ChoiceGroup[] = [
  {
    words: 'Renewed',
    choices: [
      { value: 'ok', words: '200, expires_in' },
      { value: 'expires_at', words: '200, expires_at' },
      { value: 'exp', words: '200, exp' },
      { value: 'access_token_expires_in', words: '200, accessTokenExpiresIn' },
      { value: 'string_expiry', words: '200, expires_in as text' },
    ],
  },
  {
    words: 'Renewed, until when is not known',
    choices: [
      { value: 'no_content', words: '204, no content' },
      { value: 'empty', words: '200, empty body' },
      { value: 'no_expiry', words: '200, JSON without an expiry' },
      { value: 'bad_expiry', words: '200, expires_in: "soon"' },
    ],
  },
  {
    words: 'Rejected: the session ends',
    choices: [
      { value: 'invalid_grant', words: '400 invalid_grant' },
      { value: 'unauthorized', words: '401' },
    ],
  },
  {
    words: 'Redirected: the session check decides',
    choices: [{ value: 'redirect', words: '302 to a page' }],
  },
  {
    words: 'Misconfigured: an error, the session is kept',
    choices: [
      { value: 'html', words: '200 with an HTML page' },
      { value: 'invalid_client', words: '401 invalid_client' },
      { value: 'bad_request', words: '400 invalid_request' },
      { value: 'forbidden', words: '403' },
      { value: 'not_found', words: '404' },
      { value: 'method_not_allowed', words: '405' },
      { value: 'unsupported_media_type', words: '415' },
    ],
  },
  {
    words: 'Passing trouble: tried again later',
    choices: [
      { value: 'request_timeout', words: '408' },
      { value: 'conflict', words: '409' },
      { value: 'too_early', words: '425' },
      { value: 'too_many_requests', words: '429' },
      { value: 'server_error', words: '500' },
      { value: 'unavailable', words: '503' },
      { value: 'drop', words: 'connection dropped' },
      { value: 'hang', words: 'no answer at all' },
      { value: 'hang_body', words: 'half an answer' },
    ],
  },
]

/** `null` cannot be the value of an `<option>`. */
export const correctChallenge = 'correct'

/** What the API's 401 says in `WWW-Authenticate`. */
export const challenges: readonly Choice[] = [
  { value: correctChallenge, words: 'Bearer, invalid_token (correct)' },
  { value: '', words: 'none' },
  { value: 'Bearer error="insufficient_scope", scope="notes:write"', words: 'Bearer, insufficient_scope' },
  { value: 'ApiKey realm="playground"', words: 'ApiKey (wrong scheme)' },
  {
    value: 'Bearer error="insufficient_user_authentication", acr_values="urn:example:second-factor", max_age="300"',
    words: 'Bearer, more proof wanted (RFC 9470)',
  },
  { value: 'Bearer realm="unclosed, ,,= "', words: 'garbage' },
]

export const policies: readonly Choice[] = [
  { value: 'strict', words: "strict, with 'wasm-unsafe-eval'" },
  { value: 'no-wasm', words: 'strict, without WebAssembly' },
  { value: 'off', words: 'none' },
]
