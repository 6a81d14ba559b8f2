import type { JWTPayload } from 'jose'
import type { Organization, Rights } from './decision.ts'
import { asObject, asText } from './internal/encoding.ts'

/** Who is signed in, from the ID token. `id` (with the issuer) is who someone is; the rest describes. */
export interface User {
  /** The `sub` claim. */
  readonly id: string
  readonly name: string | null
  readonly givenName: string | null
  readonly familyName: string | null
  readonly email: string | null
  /** Null when the provider does not say. */
  readonly emailVerified: boolean | null
  /** An http or https URL. */
  readonly picture: string | null
}

/**
 * A signed-in user and what they may do. It holds no token, so it may reach a page. Times are in
 * seconds since 1970.
 */
export interface Session extends Rights {
  readonly user: User
  /** Every organization the user belongs to, as far as the tokens tell. */
  readonly organizations: readonly Organization[]
  /** When the user proved who they are (`auth_time`, else the moment of sign-in). */
  readonly authenticatedAt: number
  /** When the session ends if nobody uses it before. */
  readonly expiresAt: number
  /** When the access token ends; it is renewed before. */
  readonly accessTokenExpiresAt: number
}

/** The tokens of a session. They never leave the server. */
export interface Tokens {
  readonly accessToken: string
  readonly accessTokenExpiresAt: number
  /** From when on a request renews it. */
  readonly renewAt: number
  readonly refreshToken?: string
  /** Kept only where the provider's logout wants it back as a hint. */
  readonly idToken?: string
}

/**
 * What the seal holds: a session with its tokens and its own bookkeeping. It is frozen where it is
 * made, because many requests share it: what one of them wrote would be a right of all the others.
 */
export interface SessionRecord {
  /** Random, new at every sign-in. */
  readonly id: string
  readonly user: User
  readonly rights: Rights
  readonly organizations: readonly Organization[]
  readonly authenticatedAt: number
  /** When the sign-in began, and the session at the provider (`sid`): for endings from elsewhere. */
  readonly startedAt: number
  readonly providerSessionId?: string
  /** The ID token's `nonce` and `auth_time`, which a refresh may not change. */
  readonly nonce: string
  readonly authTime?: number
  readonly createdAt: number
  /** When the session was last written; the idle time counts from here. */
  readonly touchedAt: number
  /** Counts renewals, so that of two records the newer is known. */
  readonly generation: number
  readonly tokens: Tokens
}

/** How long sessions live, in seconds. */
export interface SessionLimits {
  readonly idleTimeout: number
  readonly absoluteTimeout: number
}

/** When a record ends: idle or absolute, whichever is first. */
export function expiryOf(record: SessionRecord, limits: SessionLimits): number {
  return Math.min(record.touchedAt + limits.idleTimeout, record.createdAt + limits.absoluteTimeout)
}

/** The public session of a record; it cannot be changed, as the record cannot. */
export function toSession(record: SessionRecord, limits: SessionLimits): Session {
  return Object.freeze({
    user: record.user,
    ...record.rights,
    organizations: record.organizations,
    authenticatedAt: record.authenticatedAt,
    expiresAt: expiryOf(record, limits),
    accessTokenExpiresAt: record.tokens.accessTokenExpiresAt,
  })
}

/** Reads a user from verified ID token claims (OpenID Connect Core section 5.1). */
export function readUser(claims: JWTPayload & { sub: string }): User {
  const verified = claims['email_verified']
  return {
    id: claims.sub,
    name: asText(claims['name']) ?? null,
    givenName: asText(claims['given_name']) ?? null,
    familyName: asText(claims['family_name']) ?? null,
    email: asText(claims['email']) ?? null,
    emailVerified: typeof verified === 'boolean' ? verified : null,
    picture: readPicture(claims['picture']),
  }
}

// It ends up in the `src` of an image, where another scheme could be a script.
function readPicture(value: unknown): string | null {
  const text = asText(value)
  if (text === undefined || !URL.canParse(text)) return null
  return /^https?:$/.test(new URL(text).protocol) ? text : null
}

/**
 * Whether opened seal data is a record. The seal proves that we wrote it and its version says in which
 * shape, so this only makes sure that the parts are there.
 */
export function isRecord(data: unknown): data is SessionRecord {
  const record = asObject(data)
  return (
    typeof record?.['id'] === 'string' &&
    typeof record['touchedAt'] === 'number' &&
    typeof record['createdAt'] === 'number' &&
    typeof record['startedAt'] === 'number' &&
    typeof record['generation'] === 'number' &&
    asObject(record['tokens']) !== undefined &&
    asObject(record['user']) !== undefined &&
    asObject(record['rights']) !== undefined
  )
}
