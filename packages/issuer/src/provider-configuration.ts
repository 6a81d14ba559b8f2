import { randomBytes } from 'node:crypto'
import { type Configuration, errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider'
import { standardScopes, toClientMetadata } from './clients.ts'
import type { IssuerContext } from './context.ts'
import {
  askedScopes,
  findForeignAudience,
  kindeParameters,
  paths,
  signInPath,
  splitAudiences,
} from './dialect.ts'
import { createPolicy } from './organization-choice.ts'
import { errorPage, pageHeaders } from './pages/index.ts'
import { type Storage, StorageAdapter } from './storage.ts'

// How long somebody may take to sign in, and an application to exchange its code, in seconds.
const interactionLifetime = 3600
const codeLifetime = 60

/** The provider's configuration for Kinde's dialect. */
export function configureProvider(context: IssuerContext, storage: Storage): Configuration {
  return {
    ...describeServer(),
    ...connectSignIn(context),
    adapter: (model: string) =>
      model === 'Client'
        ? new ClientAdapter(model, storage, context)
        : new StorageAdapter(model, storage),
    cookies: cookies(new URL(context.url).port),
    jwks: { keys: context.keys.privateKeys },
    renderError: showError,
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

function describeServer(): Configuration {
  return {
    allowOmittingSingleRegisteredRedirectUri: false,
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'picture', 'updated_at'],
      email: ['email', 'email_verified'],
    },
    clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'none'],
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      introspection: { enabled: true },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: true },
    },
    responseTypes: ['code'],
    routes: paths,
    scopes: [...standardScopes],
  }
}

function connectSignIn(context: IssuerContext): Configuration {
  return {
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((url) => URL.parse(url)?.origin === origin),
    expiresWithSession: () => false,
    extraParams: {
      ...Object.fromEntries([askedScopes, ...kindeParameters].map((name) => [name, null])),
      audience: (ctx: KoaContextWithOIDC, audience: string | undefined) =>
        checkAudience(ctx, audience, context),
    },
    findAccount: (_ctx, id) =>
      context.directory.user(id) && { accountId: id, claims: () => ({ sub: id }) },
    interactions: {
      policy: createPolicy(context),
      url: (_ctx, { uid }) => `${signInPath}/${uid}`,
    },
    // The refresh tokens are the issuer's own (grants.ts), for the overlap that Kinde has.
    issueRefreshToken: () => false,
    loadExistingGrant: grantEverything,
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
      session: `${prefix}_sso`,
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

function showError(
  ctx: KoaContextWithOIDC,
  out: { error: string; error_description?: string | undefined },
): void {
  ctx.type = 'html'
  for (const [name, value] of Object.entries(pageHeaders([]))) ctx.set(name, value)
  ctx.body = errorPage({ code: out.error, message: out.error_description ?? '' })
}
