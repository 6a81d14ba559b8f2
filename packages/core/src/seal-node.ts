import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  hash,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'

/** A key that seals. */
export interface SealKey {
  /** Names the key without telling it. */
  readonly id: string
  readonly key: KeyObject
}

/** Derives a key from a secret with HKDF-SHA-256 (RFC 5869); `info` says what it is for. */
export function deriveKey(secret: string, info: string): SealKey {
  const derive = (use: string, size: number): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, '', `${use}:${info}`, size))
  return {
    id: Buffer.from(derive('id', 9)).toString('base64url'),
    key: createSecretKey(derive('key', 32)),
  }
}

/** Seals a text as a compact JWE (RFC 7516) with `dir` and `A256GCM` under the given header. */
export function encrypt(sealKey: SealKey, header: string, text: string): string {
  const protectedHeader = Buffer.from(header).toString('base64url')
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealKey.key, iv)
  cipher.setAAD(Buffer.from(protectedHeader, 'ascii'))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const tag = cipher.getAuthTag()
  const parts = [iv, sealed, tag].map((part) => part.toString('base64url'))
  return `${protectedHeader}..${parts.join('.')}`
}

/** Opens what {@link encrypt} sealed; `undefined` when a single character is wrong. */
export function decrypt(sealKey: SealKey, token: string): string | undefined {
  const parts = token.split('.')
  const [header = '', encryptedKey, iv = '', sealed = '', tag = ''] = parts
  if (parts.length !== 5 || encryptedKey !== '') return undefined
  const [ivBytes, sealedBytes, tagBytes] = [iv, sealed, tag].map(decode)
  if (!ivBytes || !sealedBytes || !tagBytes) return undefined
  try {
    // A shorter tag would verify fewer bits, and Node takes it unless told the length.
    const options = { authTagLength: 16 }
    const decipher = createDecipheriv('aes-256-gcm', sealKey.key, ivBytes, options)
    decipher.setAAD(Buffer.from(header, 'ascii'))
    decipher.setAuthTag(tagBytes)
    return decipher.update(sealedBytes, undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

// Decoding skips foreign characters and unused bits; of the many spellings of the same bytes one is ours.
function decode(part: string): Uint8Array | undefined {
  const bytes = Buffer.from(part, 'base64url')
  return bytes.toString('base64url') === part ? bytes : undefined
}

/** The digest of a text, by an algorithm that a protocol names (`SHA-256`, `SHA-384`, `SHA-512`). */
export function digestBytes(algorithm: string, text: string): Uint8Array {
  return createHash(algorithm).update(text).digest()
}

/** The SHA-256 of a text, as base64url. */
export function digest(text: string): string {
  return hash('sha256', text, 'base64url')
}
