import { base64url } from 'jose'

/** Makes what no library would sign: tokens with any header, any payload and any signature. */
export function forge(header: unknown, payload: unknown, signature = ''): string {
  return `${encode(header)}.${encode(payload)}.${signature}`
}

/** Forges a token that is signed with a Web Crypto key, whatever its header says. */
export async function forgeSigned(
  header: unknown,
  payload: unknown,
  key: CryptoKey,
  algorithm: AlgorithmIdentifier = 'RSASSA-PKCS1-v1_5',
): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`
  const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(input))
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}

/** Forges an HS256 token under a shared secret, such as the text of a public key. */
export async function forgeHmac(
  header: unknown,
  payload: unknown,
  secret: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
  return forgeSigned(header, payload, key, 'HMAC')
}

/** The claims of a token, unverified: for tests that take one apart. */
export function readClaims(token: string): Record<string, unknown> {
  const [, payload = ''] = token.split('.')
  return JSON.parse(new TextDecoder().decode(base64url.decode(payload)))
}

// A text is taken as JSON that is ready, so that a test can write what no object can hold.
function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return base64url.encode(text)
}
