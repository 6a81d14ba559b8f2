import { decrypt, deriveKey, encrypt, type SealKey } from '#seal'
import { asObject, parseJson, toBase64url, toBytes } from './internal/encoding.ts'
import { type Clock, inSeconds } from './internal/clock.ts'

/** Seals data for one purpose, so that only this application can read or make it. */
export interface Seal {
  /** Seals JSON; it opens until `expiresAt` (seconds since 1970). */
  close(data: unknown, expiresAt: number): Promise<string>
  /** Opens a seal; `undefined` when it is not ours, for something else, damaged or expired. */
  open(token: string): Promise<Opened | undefined>
}

/** What a seal held. */
export interface Opened {
  readonly data: unknown
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** True when an older secret sealed it, so it should be sealed anew. */
  readonly stale: boolean
}

interface Key {
  readonly header: string
  readonly segment: string
  readonly sealKey: SealKey
}

const version = 1

/**
 * Makes a {@link Seal}: a compact JWE (RFC 7516) with `dir` and `A256GCM`, whose key is derived from
 * the secret and the context.
 *
 * `secrets` has the newest first: it seals, and all of them open. `context` is everything the value is
 * bound to (purpose, cookie name, issuer, client); another context is another key, so a value made for
 * one use is noise for any other.
 */
export function createSeal(options: {
  secrets: readonly string[]
  context: readonly string[]
  clock: Clock
}): Seal {
  const { secrets, context, clock } = options
  const info = JSON.stringify(['trefoil', version, ...context])
  let deriving: Promise<Key[]> | undefined
  const keys = (): Promise<Key[]> =>
    (deriving ??= Promise.all(secrets.map((secret) => toKey(secret, info))))

  return {
    async close(data, expiresAt) {
      const [newest] = await keys()
      if (!newest) throw new TypeError('a seal needs a secret')
      const envelope = { v: version, exp: expiresAt, data }
      return encrypt(newest.sealKey, newest.header, JSON.stringify(envelope))
    },
    async open(token) {
      const segment = token.slice(0, Math.max(0, token.indexOf('.')))
      const all = await keys()
      // The whole header must be the one we write: no other algorithm, no other member.
      const index = all.findIndex((key) => key.segment === segment)
      const key = all[index]
      const text = key && (await decrypt(key.sealKey, token))
      if (text === undefined) return undefined
      const envelope = asObject(parseJson(text))
      const expiresAt = envelope?.['exp']
      if (envelope?.['v'] !== version || typeof expiresAt !== 'number') return undefined
      if (expiresAt <= inSeconds(clock)) return undefined
      return { data: envelope['data'], expiresAt, stale: index > 0 }
    },
  }
}

async function toKey(secret: string, info: string): Promise<Key> {
  const sealKey = await deriveKey(secret, info)
  const header = JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: sealKey.id })
  return { sealKey, header, segment: toBase64url(toBytes(header)) }
}
