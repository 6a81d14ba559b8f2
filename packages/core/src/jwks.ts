import { JWKSNoMatchingKey } from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'
import type { JWK, JWTVerifyGetKey } from 'jose'
import { asOutage, type Metadata } from './discovery.ts'
import type { Clock } from './internal/clock.ts'
import { asObject } from './internal/encoding.ts'
import { type Http, withRetry } from './internal/http.ts'
import { createResource, type Resource } from './internal/resource.ts'

// What a public key may consist of (RFC 7517 section 4, RFC 7518 section 6, RFC 8037). A private part
// that a careless server publishes is dropped here and so never held.
const publicMembers = ['kty', 'kid', 'use', 'key_ops', 'alg', 'n', 'e', 'crv', 'x', 'y']

// A key rotated seconds ago must work at the first try, and a flood of made-up key ids must not
// become a flood of requests: two fetches at once, then one in five seconds.
const burst = 2
const refill = 5_000

/** A token names an unknown key, and whether there is a newer key set could not be asked just now. */
export class UncheckedKeyError extends JWKSNoMatchingKey {}

/** The issuer's public keys. */
export interface KeySet {
  /** Finds the key that fits a token, for `jose`. */
  readonly find: JWTVerifyGetKey
  /** Sees to it that there are keys. Throws `provider_unavailable` when none can be had. */
  ready(): Promise<void>
  /** When the keys were fetched, in milliseconds since 1970; minus infinity before. */
  loadedAt(): number
}

/**
 * Makes the {@link KeySet} of an issuer.
 *
 * The key set is fetched once at a time and cached; an unknown key id fetches it again, within a small
 * budget that all who ask at once share. It throws `provider_unavailable` when no key set can be had,
 * which is an outage and never means that a token is bad.
 */
export function createKeySet(options: {
  metadata: () => Promise<Metadata>
  http: Http
  clock: Clock
}): KeySet {
  const { metadata, http, clock } = options
  const resource = createResource(() => withRetry(() => fetchKeys(metadata, http)), clock)
  const refetch = createRefetch(resource, clock)

  return {
    loadedAt: () => resource.loadedAt(),
    ready: async () => void (await resource.get()),
    async find(header, token) {
      const select = await resource.get()
      try {
        return await select(header, token)
      } catch (error) {
        if (!(error instanceof JWKSNoMatchingKey)) throw error
        const newer = await refetch(select)
        if (!newer) throw new UncheckedKeyError()
        return newer(header, token)
      }
    },
  }
}

/** Gives another key set than the one that had no key, or `undefined` when the budget is spent. */
type Refetch = (without: JWTVerifyGetKey) => Promise<JWTVerifyGetKey | undefined>

// After a rotation every request of that moment has an unknown key id: one fetch is for all of them,
// also for those that looked into the old set just before it was replaced.
function createRefetch(resource: Resource<JWTVerifyGetKey>, clock: Clock): Refetch {
  const spend = createBudget(clock)
  let underWay: Promise<JWTVerifyGetKey> | undefined
  let trouble: unknown
  const reload = async (): Promise<JWTVerifyGetKey> => {
    try {
      const newer = await resource.reload()
      trouble = undefined
      return newer
    } catch (error) {
      trouble = error
      throw error
    } finally {
      underWay = undefined
    }
  }

  return async (without) => {
    const current = await resource.get()
    if (current !== without) return current
    if (!underWay && spend()) underWay = reload()
    // Without the newest keys nobody can say that the token is bad.
    if (!underWay && trouble !== undefined) throw trouble
    return underWay
  }
}

async function fetchKeys(metadata: () => Promise<Metadata>, http: Http): Promise<JWTVerifyGetKey> {
  const { jwks_uri } = await metadata()
  const response = await http(jwks_uri, { headers: { accept: 'application/json' } }).catch(
    (cause: unknown) => {
      throw asOutage(cause)
    },
  )
  if (response.status !== 200) throw unusable(`status ${response.status}`)
  const body: unknown = await response.json().catch(() => undefined)
  const list = asObject(body)?.['keys']
  const keys = Array.isArray(list) ? list.flatMap(toPublicKey) : []
  // An empty set would turn every good token into a bad one; the keys before it are better.
  if (keys.length === 0) throw unusable('it has no public keys')
  return createLocalJWKSet({ keys })
}

// A symmetric key in a public set is public: it could sign for anyone who reads it.
function toPublicKey(value: unknown): JWK[] {
  const key = asObject(value)
  if (!key || typeof key['kty'] !== 'string' || key['kty'] === 'oct') return []
  const members = Object.entries(key).filter(([name]) => publicMembers.includes(name))
  return [{ ...Object.fromEntries(members), kty: key['kty'] }]
}

function createBudget(clock: Clock): () => boolean {
  let tokens = burst
  let filledAt = clock()
  return () => {
    const filled = Math.floor((clock() - filledAt) / refill)
    if (filled > 0) {
      tokens = Math.min(burst, tokens + filled)
      filledAt += filled * refill
    }
    if (tokens === 0) return false
    tokens--
    return true
  }
}

function unusable(reason: string): Error {
  return asOutage(new Error(`the key set cannot be used: ${reason}`))
}
