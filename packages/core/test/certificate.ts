import { generateKeyPair, sign } from 'node:crypto'
import { promisify } from 'node:util'

/** A key and a certificate for `localhost` that nobody vouches for, as PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Makes a self-signed {@link Certificate} (RFC 5280 section 4.1), valid from yesterday to tomorrow. */
export async function createCertificate(): Promise<Certificate> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', {
    namedCurve: 'P-256',
  })
  const algorithm = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'))
  const commonName = der(
    0x30,
    Buffer.from('0603550403', 'hex'),
    der(0x0c, Buffer.from('localhost')),
  )
  const name = der(0x30, der(0x31, commonName))
  const day = 86_400_000
  const validity = der(0x30, toTime(Date.now() - day), toTime(Date.now() + day))
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' })
  const serial = der(0x02, Buffer.from([1]))
  const body = der(0x30, serial, algorithm, name, validity, name, subjectKey)
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const text = der(0x30, body, algorithm, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`,
  }
}

function toTime(milliseconds: number): Buffer {
  const text = new Date(milliseconds)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
    .slice(2)
  return der(0x17, Buffer.from(text))
}

// X.690: a tag, the length in the shortest form, the content.
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
