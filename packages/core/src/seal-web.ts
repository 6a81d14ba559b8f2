import { CompactEncrypt } from 'jose/jwe/compact/encrypt'
import { compactDecrypt } from 'jose/jwe/compact/decrypt'
import {
  asText,
  fromBytes,
  parseJson,
  asObject,
  toBase64url,
  toBytes,
} from './internal/encoding.ts'

/** A key that seals. */
export interface SealKey {
  /** Names the key without telling it. */
  readonly id: string
  readonly key: CryptoKey
}

// A JWE with `dir`: no encrypted key, 12 bytes, text, 16 bytes. Decoding skips blanks and unused bits; of
// the many spellings of the same bytes this is ours.
const form =
  /^[\w-]+\.\.[\w-]{16}\.(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?\.[\w-]{21}[AQgw]$/

/** Derives a key from a secret with HKDF-SHA-256 (RFC 5869); `info` says what it is for. */
export async function deriveKey(secret: string, info: string): Promise<SealKey> {
  const material = await crypto.subtle.importKey('raw', toBytes(secret), 'HKDF', false, [
    'deriveBits',
  ])
  const derive = async (use: string, size: number): Promise<ArrayBuffer> =>
    crypto.subtle.deriveBits(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: toBytes(`${use}:${info}`) },
      material,
      size * 8,
    )
  const id = toBase64url(new Uint8Array(await derive('id', 9)))
  const key = await crypto.subtle.importKey('raw', await derive('key', 32), 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ])
  return { id, key }
}

/** Seals a text as a compact JWE (RFC 7516) with `dir` and `A256GCM` under the given header. */
export async function encrypt(sealKey: SealKey, header: string, text: string): Promise<string> {
  const kid = asText(asObject(parseJson(header))?.['kid']) ?? ''
  return new CompactEncrypt(toBytes(text))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
    .encrypt(sealKey.key)
}

/** Opens what {@link encrypt} sealed; `undefined` when a single character is wrong. */
export async function decrypt(sealKey: SealKey, token: string): Promise<string | undefined> {
  if (!form.test(token)) return undefined
  try {
    const { plaintext } = await compactDecrypt(token, sealKey.key, {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: ['A256GCM'],
    })
    return fromBytes(plaintext)
  } catch {
    return undefined
  }
}

/** The digest of a text, by an algorithm that a protocol names (`SHA-256`, `SHA-384`, `SHA-512`). */
export async function digestBytes(algorithm: string, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, toBytes(text)))
}

/** The SHA-256 of a text, as base64url. */
export async function digest(text: string): Promise<string> {
  return toBase64url(await digestBytes('SHA-256', text))
}
