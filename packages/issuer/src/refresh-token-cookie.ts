import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import type { IssuerContext } from './context.ts'
import { paths } from './dialect.ts'
import type { RefreshTokenCookie } from './settings.ts'

// With a custom domain Kinde hands a page's refresh token to the browser instead of the script: an
// HttpOnly cookie that goes with token requests alone, and a marker that a script may see
// (KINDE-PROTOCOL section 10). Its other attributes are not documented; these are the careful ones.

const marker = '_kbrte'

/** The refresh token of a request: of its body, or of the cookie; both are one too many. */
export function findRefreshToken(ctx: KoaContextWithOIDC, context: IssuerContext): unknown {
  const inBody = ctx.oidc.params?.['refresh_token']
  const clientId = ctx.oidc.client?.clientId ?? ''
  if (!isForCookies(ctx, context)) return inBody
  const inCookie = ctx.cookies.get(nameOf(clientId, context))
  if (inCookie === undefined) return inBody
  if (inBody !== undefined) {
    const description = 'the refresh token is in the cookie and in the body'
    throw Object.assign(new errors.InvalidGrant(description), { error_description: description })
  }
  return inCookie
}

/** Puts the refresh token of an answer into the cookie, and lets the page's browser take it. */
export function handCookie(ctx: KoaContextWithOIDC, context: IssuerContext): void {
  if (!isForCookies(ctx, context)) return
  ctx.set('access-control-allow-credentials', 'true')
  const token = readToken(ctx.body)
  const clientId = ctx.oidc.client?.clientId
  if (ctx.status !== 200 || token === undefined || clientId === undefined) return
  const maxAge = context.settings.refreshTokenLifetime * 1000
  const shared = { sameSite: 'lax', maxAge, overwrite: true, signed: false } as const
  ctx.cookies.set(nameOf(clientId, context), token, { ...shared, path: paths.token })
  ctx.cookies.set(marker, '1', { ...shared, path: '/', httpOnly: false })
}

/** Takes the cookies away, at a sign-out. */
export function clearCookies(
  cookies: KoaContextWithOIDC['cookies'],
  { settings, directory }: IssuerContext,
): void {
  if (settings.refreshTokenCookie === 'none') return
  const applications = directory.seed.applications.filter(({ kind }) => kind === 'frontend')
  const names = applications.map(({ id }) => toName(id, settings.refreshTokenCookie))
  for (const name of new Set(names)) {
    cookies.set(name, null, { path: paths.token, signed: false, overwrite: false })
  }
  cookies.set(marker, null, { path: '/', httpOnly: false, signed: false })
}

// A request of a page that the issuer lets in, of an application that keeps no secret.
function isForCookies(
  { oidc, request }: KoaContextWithOIDC,
  { settings, directory }: IssuerContext,
): boolean {
  const origin = request.headers['origin']
  const application = directory.application(oidc.client?.clientId ?? '')
  return (
    settings.refreshTokenCookie !== 'none' &&
    application?.kind === 'frontend' &&
    origin !== undefined &&
    directory.allowsOrigin(origin)
  )
}

function nameOf(clientId: string, { settings }: IssuerContext): string {
  return toName(clientId, settings.refreshTokenCookie)
}

function toName(clientId: string, setting: RefreshTokenCookie): string {
  return setting === 'per-application' ? `refresh_token_${clientId.slice(0, 6)}` : 'refresh_token'
}

function readToken(body: unknown): string | undefined {
  const isToken = typeof body === 'object' && body !== null && 'refresh_token' in body
  return isToken && typeof body.refresh_token === 'string' ? body.refresh_token : undefined
}
