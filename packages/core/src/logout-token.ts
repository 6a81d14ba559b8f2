import type { JWTPayload } from 'jose'
import { TrefoilError } from './errors.ts'
import { asObject, asText } from './internal/encoding.ts'
import { InvalidJwtError, normalizeType, verifyJwt } from './jwt.ts'
import { toAudience } from './kinde.ts'
import type { Provider } from './provider.ts'

/** Whom a logout token signs out: one session of the provider, or all of a user's. */
export interface LogoutTarget {
  /** The `sub` claim. */
  readonly subject?: string
  /** The `sid` claim: the session at the provider. */
  readonly sessionId?: string
}

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Verifies a logout token and tells whom it signs out.
 *
 * Throws `request_invalid` for anything else than a logout token for this client, an ID token included,
 * and {@link TrefoilError} when the key set cannot be had. Source: OpenID Connect Back-Channel Logout
 * 1.0 section 2.6.
 */
export async function verifyLogoutToken(
  token: string,
  clientId: string,
  provider: Provider,
): Promise<LogoutTarget> {
  try {
    const { header, claims } = await verifyJwt(token, provider)
    assertLogoutToken(normalizeType(header.typ), claims)
    if (!toAudience(claims.aud).includes(clientId)) {
      throw new InvalidJwtError('aud does not name this client')
    }
    return readTarget(claims)
  } catch (cause) {
    if (!(cause instanceof InvalidJwtError)) throw cause
    throw new TrefoilError('request_invalid', {
      message: 'The logout token is not valid.',
      cause,
    })
  }
}

function assertLogoutToken(type: string | undefined, claims: JWTPayload): void {
  if (type !== undefined && type !== 'logout+jwt' && type !== 'jwt') {
    throw new InvalidJwtError('typ names another kind of token')
  }
  if (asObject(asObject(claims['events'])?.[logoutEvent]) === undefined) {
    throw new InvalidJwtError('events does not name a logout')
  }
  if (claims['nonce'] !== undefined) throw new InvalidJwtError('it is an ID token')
  if (asText(claims.jti) === undefined) throw new InvalidJwtError('jti is missing')
}

function readTarget(claims: JWTPayload): LogoutTarget {
  const subject = asText(claims.sub)
  const sessionId = asText(claims['sid'])
  if (subject === undefined && sessionId === undefined) {
    throw new InvalidJwtError('sub and sid are missing')
  }
  return {
    ...(subject !== undefined && { subject }),
    ...(sessionId !== undefined && { sessionId }),
  }
}
