import { baseHref } from './platform.js'
import { discard } from './outgoing.js'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Whether the platform can sign: in secure contexts only. */
export const canProve = () => !!globalThis.crypto?.subtle

/** Proofs that whoever sends a token has the key to which it is bound (RFC 9449). The key cannot be read, nor kept. */
export class Dpop {
  constructor() {
    /** What each server last wanted to find in its proofs. */
    this.nonces = new Map()
    this.last = undefined
    this.key = undefined
  }

  /** A proof for one send. `token` is the access token that goes with it, `nonce` one to be used from now on. */
  prove(url, method, token, nonce) {
    const { origin, pathname } = new URL(url, baseHref())
    if (nonce) this.hear(url, token, nonce)
    // One after the other, for requests leave in the order in which they are signed.
    const proof = Promise.resolve(this.last).then(() => this.sign(url, { htm: wireMethod(method), htu: origin + pathname }, token))
    this.last = proof.catch(() => {})
    return proof
  }

  async sign(url, claims, token) {
    const { subtle } = crypto
    this.key ??= subtle.generateKey(ALGORITHM, false, ['sign', 'verify'])
    const { privateKey, publicKey } = await this.key
    const { kty, crv, x, y } = await subtle.exportKey('jwk', publicKey)
    if (token !== undefined) claims.ath = base64url(await subtle.digest('SHA-256', bytes(token)))
    const nonce = this.nonces.get(server(url, token))
    if (nonce) claims.nonce = nonce
    const head = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }
    claims = { jti: crypto.randomUUID(), iat: Math.floor(Date.now() / 1000), ...claims }
    const signed = [head, claims].map((part) => base64url(bytes(JSON.stringify(part)))).join('.')
    return `${signed}.${base64url(await subtle.sign(ALGORITHM, privateKey, bytes(signed)))}`
  }

  /**
   * Sends with a proof, and once more if the answer wants a nonce in it and it `canRepeat` (RFC 9449 §8, §9).
   * `send(proof)` does so; it is called again after the first answer at the earliest.
   */
  async send(url, method, token, canRepeat, send) {
    const response = await send(await this.prove(url, method, token))
    if (!(await this.wantsNonce(url, token, response)) || !canRepeat) return response
    await discard(response)
    const second = await send(await this.prove(url, method, token))
    await this.wantsNonce(url, token, second)
    return second
  }

  async wantsNonce(url, token, response) {
    const nonce = response?.headers?.get?.('dpop-nonce')
    if (!nonce) return false
    // Where there was a redirect, another server than the one that was asked may have answered.
    const wanted = this.hear(response.url || url, token, nonce, response.status, response.headers.get('www-authenticate'))
    if (wanted || token !== undefined || response.ok) return wanted
    const said = await response.clone().json().catch(() => undefined)
    return said?.error === 'use_dpop_nonce'
  }

  /** Takes the nonce of an answer. Says whether the API, which was sent `token`, refused for want of it (RFC 9449 §9). */
  hear(url, token, nonce, status, challenge) {
    this.nonces.set(server(url, token), nonce)
    return status === 401 && /\bDPoP\b.*\berror\s*=\s*"?use_dpop_nonce\b/i.test(challenge)
  }
}

/** Who gives nonces: an API and a token endpoint, which is sent none, each its own, also if they are of one origin. */
const server = (url, token) => [new URL(url, baseHref()).origin, token === undefined].join()

/** The method as it is sent: `fetch` writes these in upper case, and no other. */
const wireMethod = (method) => (/^(delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method)

const bytes = (text) => new TextEncoder().encode(text)

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
