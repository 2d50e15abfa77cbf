import { generateKeyPairSync, sign } from 'node:crypto'

/** A key and a certificate that it signs itself, good for a day: for a browser that takes any. In PEM. */
export function selfSigned() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // RFC 5280 §4.1; the signature is ecdsa-with-SHA256 (RFC 5758 §3.2).
  const algorithm = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
  const name = sequence(
    der(0x31, sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('127.0.0.1')))),
  )
  const day = 86_400_000
  const validity = sequence(utc(Date.now() - day), utc(Date.now() + day))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const serial = der(0x02, Buffer.from([1]))
  const certified = sequence(der(0xa0, der(0x02, Buffer.from([2]))), serial, algorithm, name, validity, name, key)
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', certified, privateKey)])
  const certificate = sequence(certified, algorithm, der(0x03, signature))
  const lines = certificate
    .toString('base64')
    .match(/.{1,64}/g)
    .join('\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

const sequence = (...parts) => der(0x30, Buffer.concat(parts))
const utc = (time) => der(0x17, Buffer.from(`${new Date(time).toISOString().replace(/\D/g, '').slice(2, 14)}Z`))

/** One value, in the encoding rules of X.690: its tag, its length, itself. */
function der(tag, content) {
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
