import { createHash, randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { inSeconds, type IssuerContext } from './context.ts'
import { type Directory, toId } from './directory.ts'
import type { Application, Flag, JsonValue, User } from './seed.ts'
import type { IdTokenAudience } from './settings.ts'
import type { SignIn } from './sign-ins.ts'

/** A flag as access tokens tell it. */
interface FlagClaim {
  readonly t: 'b' | 's' | 'i' | 'j'
  readonly v: JsonValue
}

const flagTypes = { boolean: 'b', string: 's', integer: 'i', json: 'j' } as const

const hasuraNames: Readonly<Record<string, string>> = {
  permissions: 'x-hasura-permissions',
  org_code: 'x-hasura-org-code',
  org_codes: 'x-hasura-org-codes',
  org_name: 'x-hasura-org-name',
  roles: 'x-hasura-roles',
  feature_flags: 'x-hasura-feature-flags',
  organizations: 'x-hasura-organizations',
}

/** The claims of a user's access token. Source: KINDE-PROTOCOL section 5. */
export function accessTokenClaims(signIn: SignIn, user: User, context: IssuerContext): JWTPayload {
  const { directory, settings } = context
  const rights = directory.rights(user, signIn.organization)
  const organization = directory.organization(signIn.organization)
  const own = {
    ...(organization && { org_code: organization.code }),
    ...(organization && settings.organizationNameInToken && { org_name: organization.name }),
    permissions: rights.permissions.map(({ key }) => key),
    feature_flags: Object.fromEntries(
      rights.flags.map(({ flag, value }) => [flag.key, flagClaim(flag, value)]),
    ),
    ...(settings.rolesInToken && {
      roles: rights.roles.map(({ key, name }) => ({ id: toId('role', key), key, name })),
    }),
  }
  return {
    aud: [...signIn.audiences],
    azp: signIn.clientId,
    ...times(context, settings.accessTokenLifetime),
    iss: context.url,
    jti: randomUUID(),
    ...named(own, settings.hasuraClaims),
    scp: [...signIn.scopes],
    sub: user.id,
  }
}

/** The claims of an ID token. Source: KINDE-PROTOCOL section 6, OpenID Connect Core 1.0 section 2. */
export function idTokenClaims(
  signIn: SignIn,
  user: User,
  { accessToken, nonce }: { accessToken: string; nonce: string | undefined },
  context: IssuerContext,
): JWTPayload {
  const { directory, settings } = context
  const organizations = directory.organizationsOf(user)
  const own = {
    org_codes: organizations.map(({ code }) => code),
    organizations: organizations.map(({ code, name }) => ({ id: code, name })),
  }
  return {
    at_hash: accessTokenHash(accessToken),
    aud: idTokenAudience(settings.idTokenAudience, context.url, signIn.clientId),
    auth_time: signIn.authenticatedAt,
    azp: signIn.clientId,
    ...times(context, settings.idTokenLifetime),
    iss: context.url,
    jti: randomUUID(),
    ...(nonce !== undefined && { nonce }),
    ...named(own, settings.hasuraClaims),
    ...profileClaims(user, signIn.scopes, directory),
    sub: user.id,
  }
}

/** The claims of a machine application's token. Source: KINDE-PROTOCOL section 7. */
export function machineTokenClaims(
  application: Application,
  audiences: readonly string[],
  scopes: readonly string[],
  context: IssuerContext,
): JWTPayload {
  const { organization } = application
  return {
    aud: [...audiences],
    azp: application.id,
    ...times(context, context.settings.machineTokenLifetime),
    gty: ['client_credentials'],
    iss: context.url,
    jti: randomUUID(),
    ...(organization !== undefined && { org_code: organization }),
    scope: scopes.join(' '),
    scp: [...scopes],
    v: '2',
  }
}

/** Who the user is, as far as the scopes reach (OpenID Connect Core 1.0 section 5.4). */
export function profileClaims(
  user: User,
  scopes: readonly string[],
  directory: Directory,
): Record<string, unknown> {
  const profile = {
    name: fullName(user),
    given_name: user.givenName,
    family_name: user.familyName,
    ...(user.picture !== undefined && { picture: user.picture }),
    updated_at: Math.floor(directory.activity(user).createdAt / 1000),
  }
  const email = { email: user.email, email_verified: true }
  return {
    ...(scopes.includes('profile') && profile),
    ...(scopes.includes('email') && email),
  }
}

/** A user's full name. */
export function fullName({ givenName, familyName }: User): string {
  return `${givenName} ${familyName}`.trim()
}

function flagClaim({ type }: Flag, value: JsonValue): FlagClaim {
  return { t: flagTypes[type], v: value }
}

function times({ clock }: IssuerContext, lifetime: number): { iat: number; exp: number } {
  const iat = inSeconds(clock)
  return { iat, exp: iat + lifetime }
}

function named(claims: Record<string, unknown>, hasura: boolean): Record<string, unknown> {
  if (!hasura) return claims
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [hasuraNames[name] ?? name, value]),
  )
}

function idTokenAudience(shape: IdTokenAudience, issuer: string, clientId: string): string[] {
  if (shape === 'issuer') return [issuer]
  return shape === 'client' ? [clientId] : [issuer, clientId]
}

// OpenID Connect Core 1.0 section 3.1.3.6: the left half of the hash that the signature uses.
function accessTokenHash(accessToken: string): string {
  const hash = createHash('sha256').update(accessToken).digest()
  return hash.subarray(0, hash.length / 2).toString('base64url')
}
