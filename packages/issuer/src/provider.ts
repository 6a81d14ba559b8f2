import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { standardScopes } from './clients.ts'
import { inSeconds, type IssuerContext } from './context.ts'
import { askedScopes, paths, splitAudiences, splitWords } from './dialect.ts'
import { answerCode, registerGrants } from './grants.ts'
import { settleOrganization } from './organization-choice.ts'
import { configureProvider } from './provider-configuration.ts'
import { handCookie } from './refresh-token-cookie.ts'
import type { Storage } from './storage.ts'

// OpenID Connect Discovery 1.0 and RFC 8414 tell the same.
const descriptions = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
])

/** Makes the authorization server, which speaks Kinde's dialect. */
export function createProvider(context: IssuerContext, storage: Storage): Provider {
  const provider = new Provider(context.url, configureProvider(context, storage))
  registerGrants(provider, context)
  provider.on('authorization.accepted', (ctx) => accept(ctx, context))
  provider.on('grant.revoked', (_ctx, grantId) => context.signIns.end(grantId))
  provider.on('server_error', (_ctx, error) => {
    process.emitWarning(`The local issuer failed: ${error.stack ?? error.message}`)
  })
  provider.use(async (ctx, next) => {
    await next()
    if (isAnswered(ctx)) await finish(ctx, context)
  })
  return provider
}

// Everything that tokens will say is known at this point, and nothing is asked of the user any more.
function accept(ctx: KoaContextWithOIDC, context: IssuerContext): void {
  const { client, grant, params, session } = ctx.oidc
  const application = context.directory.application(client?.clientId ?? '')
  const user = context.directory.user(session?.accountId)
  if (!application || !user || !grant?.jti || !session) {
    throw new errors.AccessDenied('the user or the application is gone')
  }
  const organization = settleOrganization(ctx, user, context)
  if (organization !== undefined) context.organizations.set(session.uid, organization)
  const audiences = splitAudiences(params?.['audience'])
  const apis = context.directory.apisOf(application, audiences)
  const known = new Set([...standardScopes, ...apis.flatMap(({ scopes }) => scopes)])
  context.signIns.add({
    id: grant.jti,
    clientId: application.id,
    userId: user.id,
    organization,
    audiences,
    scopes: splitWords(params?.[askedScopes]).filter((scope) => known.has(scope)),
    nonce: typeof params?.['nonce'] === 'string' ? params['nonce'] : undefined,
    authenticatedAt: session.authTime() ?? inSeconds(context.clock),
  })
}

// The provider's context is there once one of its routes has run.
function isAnswered(ctx: object): ctx is KoaContextWithOIDC {
  return 'oidc' in ctx
}

async function finish(ctx: KoaContextWithOIDC, context: IssuerContext): Promise<void> {
  if (ctx.path.startsWith(paths.authorization)) withoutIss(ctx, context)
  if (descriptions.has(ctx.path)) describe(ctx, context)
  if (ctx.path === paths.token && ctx.status === 400) nameGrantError(ctx)
  if (ctx.status === 200 && ctx.path === paths.token && ctx.oidc.entities.AuthorizationCode)
    await answerCode(ctx, context)
  if (ctx.path === paths.token) handCookie(ctx, context)
  if (ctx.status !== 200) return
  if (ctx.path === paths.revocation) revoke(ctx, context)
}

function withoutIss(ctx: KoaContextWithOIDC, { settings, url }: IssuerContext): void {
  const { location } = ctx.response.headers
  if (settings.sendsIss || typeof location !== 'string') return
  const target = new URL(location, url)
  if (target.searchParams.get('iss') !== url) return
  target.searchParams.delete('iss')
  ctx.set('location', target.href)
}

// RFC 6749 section 5.2 has a code of its own for a grant that is not the client's.
function nameGrantError(ctx: KoaContextWithOIDC): void {
  const { body }: { body?: unknown } = ctx
  const description = 'requested grant type is not allowed for this client'
  if (typeof body !== 'object' || body === null || !('error_description' in body)) return
  if (body.error_description !== description) return
  ctx.body = { error: 'unauthorized_client', error_description: description }
}

function describe(ctx: KoaContextWithOIDC, { settings, url }: IssuerContext): void {
  if (typeof ctx.body !== 'object' || ctx.body === null) return
  ctx.body = {
    ...ctx.body,
    end_session_endpoint: `${url}/logout`,
    authorization_response_iss_parameter_supported: settings.sendsIss,
    prompt_values_supported: ['none', 'login', 'create'],
  }
}

// RFC 7009 section 2.1: revoking a refresh token ends what it was given for.
function revoke({ oidc }: KoaContextWithOIDC, { signIns }: IssuerContext): void {
  const { client, params } = oidc
  const token = signIns.refreshToken(params?.['token'])
  if (token && token.signIn.clientId === client?.clientId) signIns.end(token.signIn.id)
}
