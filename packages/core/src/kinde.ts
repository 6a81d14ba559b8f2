import type { JWTPayload } from 'jose'
import type { JsonValue, Organization, Rights } from './decision.ts'
import type { Metadata } from './discovery.ts'
import { asObject, asText, asTexts } from './internal/encoding.ts'

/** The two dialects: Kinde's, and OpenID Connect as it is written. */
export type PresetName = 'kinde' | 'oidc'

/** What sets one authorization server's dialect apart from another's. */
export interface Preset {
  readonly name: PresetName
  readonly scopes: readonly string[]
  /** The scope that asks for a refresh token. */
  readonly offlineScope: 'offline' | 'offline_access'
  /** Which signature algorithms a token may have. */
  readonly algorithms: readonly string[]
  /** Query parameters of our login route that go on to the authorization server. */
  readonly parameters: readonly string[]
  /** Which verified token tells permissions, roles, flags and the organization. */
  readonly rightsFrom: 'access_token' | 'id_token'
  /** What access tokens look like at an API, unless it says otherwise. */
  readonly accessTokenProfile: 'rfc9068' | 'jwt'
  /** Whether a logout wants the ID token back as a hint, so the session keeps it. */
  readonly keepsIdToken: boolean
  /** Whether an ID token with this `aud` and `azp` was made for the client. */
  isForClient(claims: JWTPayload, client: { issuer: string; clientId: string }): boolean
  /** Where the browser signs out at the authorization server, if it can. */
  logoutUrl(metadata: Metadata, request: LogoutRequest): URL | undefined
}

/** What a sign-out at the authorization server is told. */
export interface LogoutRequest {
  readonly clientId: string
  readonly returnTo: string
  readonly idToken: string | undefined
}

const attribution = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'gclid',
  'fbclid',
  'msclkid',
]

/** Kinde's dialect. Source: KINDE-PROTOCOL sections 1, 2, 5 and 6. */
export const kinde: Preset = {
  name: 'kinde',
  scopes: ['openid', 'profile', 'email', 'offline'],
  offlineScope: 'offline',
  algorithms: ['RS256'],
  parameters: [
    'org_code',
    'org_name',
    'login_hint',
    'prompt',
    'lang',
    'connection_id',
    'plan_interest',
    'pricing_table_key',
    'invitation_code',
    'reauth_state',
    'workflow_deployment_id',
    'pages_mode',
    ...attribution,
  ],
  rightsFrom: 'access_token',
  accessTokenProfile: 'jwt',
  keepsIdToken: false,
  // Kinde has issued three shapes of `aud`; the issuer alone counts only when `azp` names the client,
  // and an `azp` that names another client never does (OpenID Connect Core 3.1.3.7).
  isForClient(claims, { issuer, clientId }) {
    const audience = toAudience(claims.aud)
    const { azp } = claims
    if (audience.includes(clientId)) return azp === undefined || azp === clientId
    return audience.includes(issuer) && azp === clientId
  },
  logoutUrl(metadata, { returnTo }) {
    const url = new URL(metadata.end_session_endpoint ?? `${metadata.issuer}/logout`)
    url.searchParams.set('redirect', returnTo)
    return url
  },
}

/** OpenID Connect as written. Source: OpenID Connect Core 1.0, RP-Initiated Logout 1.0. */
export const oidc: Preset = {
  name: 'oidc',
  scopes: ['openid', 'profile', 'email', 'offline_access'],
  offlineScope: 'offline_access',
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
  parameters: ['login_hint', 'prompt', 'ui_locales', 'acr_values', 'max_age', 'display'],
  rightsFrom: 'id_token',
  accessTokenProfile: 'rfc9068',
  keepsIdToken: true,
  // OpenID Connect Core 3.1.3.7: more than one audience needs an `azp`, and any `azp` is the client.
  isForClient(claims, { clientId }) {
    const audience = toAudience(claims.aud)
    if (!audience.includes(clientId)) return false
    return claims['azp'] === undefined ? audience.length === 1 : claims['azp'] === clientId
  },
  logoutUrl(metadata, { clientId, returnTo, idToken }) {
    if (metadata.end_session_endpoint === undefined) return undefined
    const url = new URL(metadata.end_session_endpoint)
    url.searchParams.set('client_id', clientId)
    url.searchParams.set('post_logout_redirect_uri', returnTo)
    if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken)
    return url
  },
}

/** The presets by name. */
export const presets: Readonly<Record<PresetName, Preset>> = { kinde, oidc }

/** `aud` as a list, whichever of its two forms the token has (RFC 7519 section 4.1.3). */
export function toAudience(aud: string | string[] | undefined): string[] {
  return typeof aud === 'string' ? [aud] : asTexts(aud)
}

/**
 * Reads what someone may do from verified claims: Kinde's names first, then the names that its Hasura
 * mapping gives them. Anything of an unexpected shape is left out, and what is left out denies.
 *
 * Source: KINDE-PROTOCOL section 5; `scp` and `scope` as in section 7.
 */
export function readRights(claims: JWTPayload): Rights {
  const read = (name: string): unknown => claims[name] ?? claims[`x-hasura-${name}`]
  return {
    organization: readOrganization(
      claims['org_code'] ?? claims['x-hasura-org-code'],
      claims['org_name'] ?? claims['x-hasura-org-name'],
    ),
    permissions: asTexts(read('permissions')),
    roles: readKeys(read('roles')),
    flags: readFlags(claims['feature_flags'] ?? claims['x-hasura-feature-flags']),
    scopes: readScopes(claims),
  }
}

/** Scopes of a token: `scp` (a list) where present, else `scope` (a text, RFC 8693 section 4.2). */
export function readScopes(claims: JWTPayload): string[] {
  const { scp, scope } = claims
  if (Array.isArray(scp)) return asTexts(scp)
  const text = asText(scp) ?? asText(scope)
  return text === undefined ? [] : splitScope(text)
}

/** The scopes of a space-separated text (RFC 6749 section 3.3). */
export function splitScope(text: string): string[] {
  return text.split(' ').filter((scope) => scope !== '')
}

/** The organizations a user belongs to, from ID token claims (KINDE-PROTOCOL section 6). */
export function readOrganizations(claims: JWTPayload): Organization[] {
  const named = claims['organizations'] ?? claims['x-hasura-organizations']
  const known = Array.isArray(named)
    ? named.flatMap((entry) => {
        const value = asObject(entry)
        const organization = readOrganization(value?.['id'] ?? value?.['code'], value?.['name'])
        return organization ? [organization] : []
      })
    : []
  const codes = asTexts(claims['org_codes'] ?? claims['x-hasura-org-codes'])
  const unnamed = codes.filter((code) => !known.some((organization) => organization.code === code))
  return [...known, ...unnamed.map((code) => ({ code, name: null }))]
}

function readOrganization(code: unknown, name: unknown): Organization | null {
  const known = asText(code)
  return known === undefined ? null : { code: known, name: asText(name) ?? null }
}

// Kinde lists roles as objects with a key, other providers as texts.
function readKeys(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry) => asText(entry) ?? asText(asObject(entry)?.['key']) ?? [])
}

function readFlags(value: unknown): Record<string, JsonValue> {
  const flags = Object.entries(asObject(value) ?? {}).flatMap(([key, flag]) => {
    const { t, v } = asObject(flag) ?? {}
    return isFlagValue(t, v) ? [[key, v] as const] : []
  })
  return Object.fromEntries(flags)
}

function isFlagValue(type: unknown, value: unknown): value is JsonValue {
  if (type === 'b') return typeof value === 'boolean'
  if (type === 's') return typeof value === 'string'
  if (type === 'i') return Number.isInteger(value)
  return type === 'j' && value !== undefined
}
