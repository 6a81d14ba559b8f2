import { randomBytes } from 'node:crypto'
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { standardScopes, toClientMetadata } from './clients.ts'
import { inSeconds, type IssuerContext } from './context.ts'
import { findForeignAudience, kindeParameters, splitAudiences } from './dialect.ts'
import { answerCode, registerGrants } from './grants.ts'
import { createPolicy, settleOrganization } from './organization-choice.ts'
import { errorPage, pageHeaders } from './pages/index.ts'
import { type Storage, StorageAdapter } from './storage.ts'

/** Kinde's paths (KINDE-PROTOCOL section 1). */
export const paths = {
  authorization: '/oauth2/auth',
  token: '/oauth2/token',
  userinfo: '/oauth2/v2/user_profile',
  jwks: '/.well-known/jwks',
  revocation: '/oauth2/revoke',
  introspection: '/oauth2/introspect',
} as const

/** Where the pages of a sign-in are. */
export const signInPath = '/sign-in'

// How long somebody may take to sign in, and an application to exchange its code.
const interactionLifetime = 3600
const codeLifetime = 60

/** Makes the authorization server, which speaks Kinde's dialect. */
export function createProvider(context: IssuerContext, storage: Storage): Provider {
  const provider = new Provider(context.url, configure(context, storage))
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

function configure(context: IssuerContext, storage: Storage): Configuration {
  return {
    adapter: (model: string) =>
      model === 'Client'
        ? new ClientAdapter(model, storage, context)
        : new StorageAdapter(model, storage),
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'none'],
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((url) => URL.parse(url)?.origin === origin),
    cookies: cookies(new URL(context.url).port),
    expiresWithSession: () => false,
    extraParams: {
      ...Object.fromEntries(kindeParameters.map((name) => [name, null])),
      audience: (ctx: KoaContextWithOIDC, audience: string | undefined) =>
        checkAudience(ctx, audience, context),
    },
    features: {
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
      dPoP: { enabled: false },
    },
    findAccount: (_ctx, id) =>
      context.directory.user(id) && { accountId: id, claims: () => ({ sub: id }) },
    interactions: {
      policy: createPolicy(context),
      url: (_ctx, { uid }) => `${signInPath}/${uid}`,
    },
    issueRefreshToken: () => false,
    jwks: { keys: context.keys.privateKeys },
    loadExistingGrant: grantEverything,
    renderError: showError,
    responseTypes: ['code'],
    routes: paths,
    scopes: [...standardScopes],
    ttl: {
      AccessToken: codeLifetime,
      AuthorizationCode: codeLifetime,
      Grant: interactionLifetime,
      IdToken: codeLifetime,
      Interaction: interactionLifetime,
      Session: () => context.settings.sessionLifetime,
    },
  }
}

// Browsers share cookies between ports, so each issuer's have its port in their names.
function cookies(port: string): NonNullable<Configuration['cookies']> {
  const shared = { httpOnly: true, sameSite: 'lax', signed: true } as const
  const prefix = `trefoil_issuer_${port}`
  return {
    keys: [randomBytes(32).toString('base64url')],
    long: { ...shared, path: '/' },
    short: shared,
    names: {
      session: `${prefix}_session`,
      interaction: `${prefix}_interaction`,
      resume: `${prefix}_resume`,
    },
  }
}

/** Applications come from the directory, so one that was added a moment ago can be used. */
class ClientAdapter extends StorageAdapter {
  readonly #context: IssuerContext

  constructor(model: string, storage: Storage, context: IssuerContext) {
    super(model, storage)
    this.#context = context
  }

  override async find(id: string): ReturnType<StorageAdapter['find']> {
    const application = this.#context.directory.application(id)
    return application && toClientMetadata(application)
  }
}

function checkAudience(
  { oidc }: KoaContextWithOIDC,
  audience: string | undefined,
  context: IssuerContext,
): void {
  const application = context.directory.application(oidc.client?.clientId ?? '')
  if (!application) return
  const foreign = findForeignAudience(application, splitAudiences(audience), context)
  if (foreign === undefined) return
  throw new errors.InvalidRequest(`the audience is not one of the application's: ${foreign}`)
}

// There is no consent page: who registers an application at Kinde owns it.
async function grantEverything({
  oidc,
}: KoaContextWithOIDC): Promise<InstanceType<Provider['Grant']>> {
  const grant = new oidc.provider.Grant({
    accountId: oidc.account?.accountId,
    clientId: oidc.client?.clientId,
  })
  grant.addOIDCScope([...standardScopes].join(' '))
  await grant.save()
  return grant
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
  const apis = application.apis.filter(({ audience }) => audiences.includes(audience))
  const known = new Set([...standardScopes, ...apis.flatMap(({ scopes }) => scopes)])
  context.signIns.add({
    id: grant.jti,
    clientId: application.id,
    userId: user.id,
    organization,
    audiences,
    scopes: [...ctx.oidc.requestParamScopes].filter((scope) => known.has(scope)),
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
  if (ctx.path === '/.well-known/openid-configuration') describe(ctx, context)
  if (ctx.status !== 200) return
  if (ctx.path === paths.token && ctx.oidc.entities.AuthorizationCode)
    await answerCode(ctx, context)
  if (ctx.path === paths.revocation) revoke(ctx, context)
}

function withoutIss(ctx: KoaContextWithOIDC, { settings, url }: IssuerContext): void {
  const location = ctx.response.get('location')
  if (settings.sendsIss || !location.includes('iss=')) return
  const target = new URL(location, url)
  if (target.searchParams.get('iss') !== url) return
  target.searchParams.delete('iss')
  ctx.set('location', target.href)
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
  const token = signIns.refreshToken(String(params?.['token'] ?? ''))
  if (token && token.signIn.clientId === client?.clientId) signIns.end(token.signIn.id)
}

function showError(
  ctx: KoaContextWithOIDC,
  out: { error: string; error_description?: string | undefined },
): void {
  ctx.type = 'html'
  for (const [name, value] of Object.entries(pageHeaders([]))) ctx.set(name, value)
  ctx.body = errorPage({ code: out.error, message: out.error_description ?? '' })
}
