import { createHash, webcrypto } from 'node:crypto'

const NONCE = 'a nonce of the resource'
const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers': 'authorization, content-type, dpop, x-xsrf-token',
  'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
  'Access-Control-Expose-Headers': 'www-authenticate, dpop-nonce, date',
  'Access-Control-Max-Age': '3600',
}

/**
 * An API behind access tokens, which it has introspected, and behind DPoP proofs where a token is bound to a key (RFC
 * 9449). It answers 200 with what arrived, or 401 with a challenge (RFC 6750 §3, RFC 9449 §7.1).
 */
export function protectedResource({ url, introspect, requireNonce }) {
  const proofs = new Set()
  return async (request, response) => {
    if (request.method === 'OPTIONS') return response.writeHead(204, CORS).end()
    const body = await read(request)
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ')
    const bound = scheme.toLowerCase() === 'dpop'
    const refuse = (error) => {
      const challenge = `${bound ? 'DPoP' : 'Bearer'} realm="resource"${error ? `, error="${error}"` : ''}`
      const nonce = error === 'use_dpop_nonce' ? { 'DPoP-Nonce': NONCE } : {}
      response.writeHead(401, { ...CORS, ...nonce, 'WWW-Authenticate': challenge }).end()
    }
    if (!token) return refuse()
    const claims = await introspect(token)
    if (!claims.active) return refuse('invalid_token')
    if (bound !== Boolean(claims.cnf?.jkt)) return refuse('invalid_token')
    if (bound) {
      const proof = await proven(request.headers.dpop, { method: request.method, url, token, key: claims.cnf.jkt })
      if (!proof || proofs.has(proof.jti)) return refuse('invalid_dpop_proof')
      if (requireNonce() && proof.nonce !== NONCE) return refuse('use_dpop_nonce')
      proofs.add(proof.jti)
    }
    const answer = { sub: claims.sub, method: request.method, bytes: body.length }
    response.writeHead(200, { ...CORS, 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
  }
}

/** The claims of a proof that holds; otherwise nothing. */
async function proven(jwt, { method, url, token, key }) {
  try {
    const [head, payload, signature] = jwt.split('.')
    const { typ, alg, jwk } = decoded(head)
    if (typ !== 'dpop+jwt' || alg !== 'ES256' || 'd' in jwk || thumbprint(jwk) !== key) return undefined
    const verifier = await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
    const signed = await webcrypto.subtle.verify(
      { name: 'ECDSA', hash: 'SHA-256' },
      verifier,
      Buffer.from(signature, 'base64url'),
      Buffer.from(`${head}.${payload}`),
    )
    const claims = decoded(payload)
    const recent = Math.abs(Date.now() / 1000 - claims.iat) < 60
    const meant = claims.htm === method && claims.htu === url && claims.ath === digest(token)
    return signed && recent && meant && claims.jti ? claims : undefined
  } catch {
    return undefined
  }
}

/** RFC 7638, for keys on elliptic curves. */
const thumbprint = ({ crv, kty, x, y }) => digest(JSON.stringify({ crv, kty, x, y }))
const digest = (text) => createHash('sha256').update(text).digest('base64url')
const decoded = (part) => JSON.parse(Buffer.from(part, 'base64url'))

async function read(request) {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces)
}
