import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider'
import type { IssuerContext } from './context.ts'
import { findForeignAudience, splitAudiences, splitWords } from './dialect.ts'
import { findRefreshToken } from './refresh-token-cookie.ts'
import type { Application } from './seed.ts'
import type { RefreshToken, TokenAnswer } from './sign-ins.ts'
import { answerMachine, answerSignIn } from './token-answer.ts'

/**
 * Teaches the provider the two grants that are different at Kinde. The provider has authenticated the
 * client before a handler runs.
 */
export function registerGrants(provider: Provider, context: IssuerContext): void {
  provider.registerGrantType(
    'refresh_token',
    async (ctx) => {
      const token = findRefreshToken(ctx, context)
      ctx.body = await refresh(ctx.oidc.client.clientId, token, ctx.oidc.params, context)
    },
    ['refresh_token', 'scope'],
  )
  provider.registerGrantType(
    'client_credentials',
    async (ctx) => {
      const application = context.directory.application(ctx.oidc.client.clientId)
      if (!application) throw new errors.InvalidClient('the application is gone')
      ctx.body = await authorizeMachine(application, readBody(ctx), context)
    },
    ['scope'],
  )
}

/** Puts Kinde's tokens in the place of the provider's, once it has accepted an authorization code. */
export async function answerCode(ctx: KoaContextWithOIDC, context: IssuerContext): Promise<void> {
  const signIn = context.signIns.get(ctx.oidc.entities.AuthorizationCode?.grantId ?? '')
  const answer = signIn && (await answerSignIn(signIn, { isRefresh: false }, context))
  ctx.status = answer ? 200 : 400
  ctx.body = answer ?? {
    error: 'invalid_grant',
    error_description: 'the sign-in has ended',
  }
}

// Rotation as in KINDE-PROTOCOL section 10; the checks are RFC 6749 section 6 and RFC 9700 section 4.14.
async function refresh(
  clientId: string,
  refreshToken: unknown,
  params: Record<string, unknown>,
  context: IssuerContext,
): Promise<TokenAnswer> {
  const { clock, settings, signIns } = context
  const token = signIns.refreshToken(refreshToken)
  if (!token || token.signIn.clientId !== clientId) throw invalidGrant('refresh token not found')
  if (token.expiresAt <= clock()) throw invalidGrant('refresh token is expired')
  assertNarrower(params['scope'], token.signIn.scopes)
  if (token.used && clock() - token.used.at >= settings.refreshTokenOverlap * 1000) {
    signIns.end(token.signIn.id)
    throw invalidGrant('refresh token was used before')
  }
  const answer = await use(token, context).answer
  if (!answer) throw invalidGrant('the user is gone')
  return answer
}

// Whoever comes within the overlap shares the first answer, whether it is ready or not.
function use(token: RefreshToken, context: IssuerContext): NonNullable<RefreshToken['used']> {
  token.used ??= {
    at: context.clock(),
    answer: answerSignIn(token.signIn, { isRefresh: true }, context),
  }
  return token.used
}

function assertNarrower(scope: unknown, granted: readonly string[]): void {
  const extra = splitWords(scope).find((name) => !granted.includes(name))
  if (extra !== undefined) throw new errors.InvalidScope('the scope was not granted', extra)
}

async function authorizeMachine(
  application: Application,
  body: Record<string, unknown>,
  context: IssuerContext,
): Promise<TokenAnswer> {
  const audiences = splitAudiences(body['audience'])
  const foreign = findForeignAudience(application, audiences, context)
  if (foreign !== undefined) {
    throw new errors.InvalidRequest(`the audience is not one of the application's: ${foreign}`)
  }
  const apis = context.directory.apisOf(application, audiences)
  const granted = new Set(apis.flatMap(({ scopes }) => scopes))
  const asked = splitWords(body['scope'])
  const refused = asked.find((scope) => !granted.has(scope))
  if (refused !== undefined) throw new errors.InvalidScope('the scope was not granted', refused)
  return answerMachine(application, audiences, asked.length > 0 ? asked : [...granted], context)
}

function invalidGrant(description: string): errors.InvalidGrant {
  return Object.assign(new errors.InvalidGrant(description), { error_description: description })
}

function readBody({ oidc }: KoaContextWithOIDC): Record<string, unknown> {
  return oidc.body ?? {}
}
