import { digest } from '#seal'
import { type BearerIdentity, verifyAccessToken } from './access-token.ts'
import {
  assertBearerOptions,
  type BearerConfig,
  type BearerOptions,
  readBearerConfig,
} from './bearer-config.ts'
import { lazily } from './config.ts'
import { assertRequirement, decide, type Decision, type Requirement } from './decision.ts'
import { AccessDeniedError, type MissingRights, TrefoilError } from './errors.ts'
import { createSelectiveCache } from './internal/cache.ts'
import { inSeconds } from './internal/clock.ts'
import { maxAge } from './internal/resource.ts'
import { InvalidJwtError } from './jwt.ts'
import type { RequestView } from './outcome.ts'
import { createProvider, type Provider } from './provider.ts'

export type { BearerIdentity } from './access-token.ts'
export type { BearerConfig, BearerOptions } from './bearer-config.ts'

/** Verifies the access tokens that come to an API. */
export interface BearerVerifier {
  /** Checks the configuration now; throws {@link ConfigurationError} naming every problem at once. */
  configure(): BearerConfig
  /**
   * Verifies the bearer token of a request and that it grants what is required.
   *
   * Throws `token_missing` or `token_invalid` (401), `insufficient_scope` (403, an
   * {@link AccessDeniedError}), each with its `WWW-Authenticate` header in `headers`, and
   * `provider_unavailable` (503) when the key set cannot be had, which says nothing about the token.
   * The token is read from the `Authorization` header alone (RFC 6750 section 2.1).
   */
  verify(view: RequestView, requirement?: Requirement): Promise<BearerIdentity>
  /** The same for a token that came by another way, such as the first message of a socket. */
  verifyToken(token: string, requirement?: Requirement): Promise<BearerIdentity>
}

interface Entry {
  readonly identity: BearerIdentity
  /** When the keys were fetched that it was verified with; it is trusted no longer than they are. */
  readonly keysLoadedAt: number
}

// RFC 6750 section 2.1, and room for nothing that is worth no look.
const bearerToken = /^[A-Za-z0-9._~+/-]+=*$/
const maxLength = 16_384

/**
 * Makes a {@link BearerVerifier}; nothing is read or fetched before the first use. Tokens that come
 * more than once are remembered by their digest, at most until they expire or their keys are ten minutes old.
 *
 * Throws {@link ConfigurationError} at once for an option that does not exist.
 *
 * @example
 * const verifier = createBearerVerifier({ audience: 'https://reports.example' })
 * const identity = await verifier.verify(viewRequest(request), { scopes: ['read:reports'] })
 */
export function createBearerVerifier(options: BearerOptions = {}): BearerVerifier {
  assertBearerOptions(options)
  const ready = lazily(() => {
    const config = readBearerConfig(options)
    return { config, identify: createIdentification(config, createProvider(config)) }
  })

  const verifyToken = async (
    token: string,
    requirement: Requirement = {},
  ): Promise<BearerIdentity> => {
    assertRequirement(requirement)
    const identity = await ready().identify(token)
    const decision = decide(identity, requirement)
    if (decision.allowed) return identity
    throw refuseBearer(decision)
  }

  return {
    configure: () => ready().config,
    verifyToken,
    verify: async (view, requirement) => verifyToken(readToken(view), requirement),
  }
}

/**
 * Makes the error of a caller whom {@link decide} denied, where an API decides after the verification:
 * `token_missing` (401) or `insufficient_scope` (403, an {@link AccessDeniedError}), with its
 * `WWW-Authenticate` header (RFC 6750 section 3).
 *
 * @example
 * const decision = decide(identity, { scopes: ['read:reports'] })
 * if (!decision.allowed) throw refuseBearer(decision)
 */
export function refuseBearer(decision: Exclude<Decision, { allowed: true }>): TrefoilError {
  return decision.reason === 'not_authenticated' ? missing() : refused(decision.missing)
}

type Identification = (token: string) => Promise<BearerIdentity>

function createIdentification(config: BearerConfig, provider: Provider): Identification {
  const { clock, cacheSize } = config
  const entries = createSelectiveCache<Entry>(cacheSize)
  const isFresh = ({ identity, keysLoadedAt }: Entry): boolean =>
    identity.expiresAt > inSeconds(clock) && clock() - keysLoadedAt < maxAge

  return async (token) => {
    if (token.length > maxLength) throw invalid('the token is too long')
    // The digest names the whole token: two that share a beginning never share an entry.
    const key = await digest(token)
    const held = entries.get(key)
    if (held && isFresh(held)) return held.identity
    if (!bearerToken.test(token)) throw invalid('the token is malformed')
    const identity = await verifyAccessToken(token, config, provider).catch((cause: unknown) => {
      throw toBearerError(cause)
    })
    entries.set(key, { identity, keysLoadedAt: provider.keys.loadedAt() })
    return identity
  }
}

// Another scheme is another protocol's business: for us there is no token (RFC 6750 section 3).
function readToken(view: RequestView): string {
  const credentials = view.header('authorization')?.trim() ?? ''
  const scheme = /^bearer[ \t]+/i.exec(credentials)?.[0]
  if (scheme !== undefined) return credentials.slice(scheme.length)
  throw missing()
}

function missing(): TrefoilError {
  return new TrefoilError('token_missing', { headers: { 'www-authenticate': 'Bearer' } })
}

function toBearerError(cause: unknown): unknown {
  if (cause instanceof InvalidJwtError) return invalid(cause)
  if (!(cause instanceof TrefoilError)) return cause
  // Whatever ails the key set, the caller's token may be perfectly good: that is never a 401.
  return new TrefoilError('provider_unavailable', {
    cause,
    headers: { 'retry-after': '5', ...cause.headers },
  })
}

function invalid(reason: string | Error): TrefoilError {
  return new TrefoilError('token_invalid', {
    cause: typeof reason === 'string' ? new InvalidJwtError(reason) : reason,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}

// RFC 6750 section 3.1: the scopes that would do, where scopes are what is missing.
function refused(missing: MissingRights): AccessDeniedError {
  const scope = missing.scopes?.filter((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)).join(' ')
  const challenge = 'Bearer error="insufficient_scope"'
  return new AccessDeniedError(missing, 'insufficient_scope', {
    headers: { 'www-authenticate': scope ? `${challenge}, scope="${scope}"` : challenge },
  })
}
