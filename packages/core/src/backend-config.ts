import {
  assertKnownOptions,
  assertNoProblems,
  createReader,
  isLoopback,
  type ProviderConfig,
  type ProviderOptions,
  providerOptionNames,
  readAudience,
  readChoice,
  readClientAuthentication,
  readClientId,
  readNumber,
  readParameters,
  readProviderConfig,
  type Reader,
  readScopes,
} from './config.ts'
import type { CookieSettings } from './cookies.ts'
import { type EventListener, logEvent } from './events.ts'
import { byteLength } from './internal/encoding.ts'
import type { MachineApp } from './machine-app.ts'
import type { SessionStore } from './session-store.ts'
import { toReturnPath } from './return-path.ts'

/** Options of the session. */
export interface SessionOptions {
  /** Where sessions are kept. Default: sealed in cookies, with no store at all. */
  store?: SessionStore
  /**
   * For sessions in cookies: where endings are remembered, so that a sign-out, a back-channel logout
   * and `endSessions` count at once, in every copy of the cookie. Default: none; a copy then lives
   * until it expires.
   */
  denyList?: SessionStore
  /** Seconds without a request after which a session ends: default 86,400 (24 h). */
  idleTimeout?: number
  /** Seconds after sign-in after which a session ends: default 604,800 (7 days). */
  absoluteTimeout?: number
  /** `strict` also hides the session from links on other sites. Default: `lax`. */
  sameSite?: 'lax' | 'strict'
}

/** Options of a back-end application; each wins over its environment variable. */
export interface BackendOptions extends ProviderOptions {
  /** Environment: `KINDE_CLIENT_ID`. */
  clientId?: string
  /** Environment: `KINDE_CLIENT_SECRET`. */
  clientSecret?: string
  /**
   * How the secret is sent (RFC 6749 section 2.3.1): in the body (`post`) or the header (`basic`).
   * Default: as the metadata of the authorization server say, the body where it takes both.
   */
  clientAuthentication?: 'post' | 'basic'
  /** The origin of this site, such as `https://app.example`. Environment: `KINDE_SITE_URL`. */
  siteUrl?: string
  /** Further origins of this site, such as preview deployments; matched exactly. */
  allowedOrigins?: readonly string[]
  /**
   * Session secrets of 32 bytes or more, newest first: the first seals, all of them open.
   * Environment: `TREFOIL_SECRET`, comma separated. Make one with `openssl rand -base64 32`.
   */
  secret?: string | readonly string[]
  /** The application's name: cookie names begin with it. Default: `trefoil`. */
  name?: string
  /** Where the routes stand. Default: `/auth`. */
  basePath?: string
  /** The callback's path, when it is registered elsewhere. Default: `<basePath>/callback`. */
  callbackPath?: string
  /** APIs that access tokens are for. Environment: `KINDE_AUDIENCE`, separated by spaces or commas. */
  audience?: string | readonly string[]
  /** Scopes to ask for. Environment: `KINDE_SCOPE`. Default: `openid profile email offline`. */
  scope?: string | readonly string[]
  /** Where a login without a return path ends. Environment: `KINDE_POST_LOGIN_REDIRECT_URL`. Default: `/`. */
  postLoginRedirectUrl?: string
  /** Where a logout ends. Environment: `KINDE_POST_LOGOUT_REDIRECT_URL`. Default: the site URL. */
  postLogoutRedirectUrl?: string
  /** Shares cookies with subdomains. Environment: `KINDE_COOKIE_DOMAIN`. Default: this host alone. */
  cookieDomain?: string
  /**
   * Further parameters of every authorization request, such as `{ resource: '…' }`. They win over a
   * login route's query, and the answer is held to `max_age`, `acr_values` and `org_code`.
   */
  authorizationParameters?: Readonly<Record<string, string>>
  /** A machine application that may refresh users' claims, for `refresh({ claims: 'fresh' })`. */
  machine?: MachineApp
  /** The session's limits and place. */
  session?: SessionOptions
  /** Is told what happens to sign-ins and sessions. Default: trouble is written to `console.error`. */
  onEvent?: EventListener
}

/** The names of the routes under the base path. */
export const routeNames = [
  'login',
  'register',
  'callback',
  'logout',
  'session',
  'switch-organization',
  'create-organization',
  'portal',
  'backchannel-logout',
] as const

/** One of our routes. */
export type RouteName = (typeof routeNames)[number]

/** The configuration of a back-end application, checked. */
export interface BackendConfig extends ProviderConfig {
  readonly clientId: string
  readonly clientSecret: string
  /** Absent: as the authorization server says. */
  readonly clientAuthentication: 'post' | 'basic' | undefined
  readonly siteOrigin: string
  readonly allowedOrigins: readonly string[]
  readonly secrets: readonly string[]
  readonly basePath: string
  readonly callbackPath: string
  readonly audience: readonly string[]
  readonly scopes: readonly string[]
  readonly postLoginPath: string
  /** Absent: the origin that the request came to. */
  readonly postLogoutRedirectUrl: string | undefined
  readonly authorizationParameters: Readonly<Record<string, string>>
  readonly cookies: CookieSettings
  readonly machine: MachineApp | undefined
  readonly session: Required<Omit<SessionOptions, 'store' | 'denyList'>> & {
    readonly store: SessionStore | undefined
    readonly denyList: SessionStore | undefined
  }
  /** Adds the issuer to what it is told. */
  readonly onEvent: EventListener
}

const optionNames = [
  ...providerOptionNames,
  'clientId',
  'clientSecret',
  'clientAuthentication',
  'siteUrl',
  'allowedOrigins',
  'secret',
  'name',
  'basePath',
  'callbackPath',
  'audience',
  'scope',
  'postLoginRedirectUrl',
  'postLogoutRedirectUrl',
  'cookieDomain',
  'authorizationParameters',
  'machine',
  'session',
  'onEvent',
] as const satisfies readonly (keyof BackendOptions)[]

const sessionOptionNames = [
  'store',
  'denyList',
  'idleTimeout',
  'absoluteTimeout',
  'sameSite',
] as const

/** Throws {@link ConfigurationError} at once for options that do not exist. */
export function assertBackendOptions(options: BackendOptions): void {
  assertKnownOptions(options, optionNames, 'createBackendApp')
  assertKnownOptions(options.session ?? {}, sessionOptionNames, 'createBackendApp session')
}

/** Reads options and environment; throws {@link ConfigurationError} naming every problem at once. */
export function readBackendConfig(options: BackendOptions): BackendConfig {
  const reader = createReader(options.env)
  const provider = readProviderConfig(options, reader)
  const site = readSite(options.siteUrl, provider, reader)
  const basePath = readPath('basePath', options.basePath ?? '/auth', reader)
  const session = readSessionOptions(options.session ?? {}, reader)
  const config: BackendConfig = {
    ...provider,
    clientId: readClientId(options.clientId, 'KINDE_CLIENT_ID', reader),
    clientSecret: readClientSecret(options.clientSecret, reader),
    clientAuthentication: readClientAuthentication(options.clientAuthentication, reader),
    siteOrigin: site.origin,
    allowedOrigins: [site.origin, ...readOrigins(options.allowedOrigins, reader)],
    secrets: readSecrets(options.secret, site, reader),
    basePath,
    callbackPath: readCallbackPath(options.callbackPath, basePath, reader),
    audience: readAudience(options.audience, 'KINDE_AUDIENCE', reader),
    scopes: readScopes(options.scope, provider, reader),
    postLoginPath: readPostLoginPath(options.postLoginRedirectUrl, site, reader),
    postLogoutRedirectUrl: readPostLogoutUrl(options.postLogoutRedirectUrl, site, reader),
    authorizationParameters: readParameters(options.authorizationParameters ?? {}, reader),
    cookies: { ...readCookieScope(options, site, reader), sameSite: session.sameSite },
    machine: options.machine,
    session,
    onEvent: (event) => (options.onEvent ?? logEvent)({ issuer: provider.issuer, ...event }),
  }
  assertNoProblems(reader)
  return config
}

function readSite(value: string | undefined, provider: ProviderConfig, reader: Reader): URL {
  const text = reader.text(value, 'KINDE_SITE_URL')
  const label = 'siteUrl (KINDE_SITE_URL)'
  const fallback = new URL('http://localhost')
  if (text === undefined) {
    reader.problems.push(
      `${label} is missing: set it to the origin of this site, such as https://app.example.`,
    )
    return fallback
  }
  if (!URL.canParse(text)) {
    reader.problems.push(`${label} is not a URL: it must look like https://app.example.`)
    return fallback
  }
  const url = new URL(text)
  const problem = findOriginProblem(url) ?? findIssuerMismatch(url, provider)
  if (problem !== undefined) reader.problems.push(`${label} ${problem}`)
  return url
}

function findOriginProblem(url: URL): string | undefined {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    return 'must begin with https://; plain http is for this machine only.'
  }
  if (url.hostname.includes('*')) return 'has a wildcard: name each origin, they match exactly.'
  return url.href === `${url.origin}/`
    ? undefined
    : `must be an origin: use ${url.origin}, and basePath for a sub-path.`
}

// A public site whose visitors are sent to an issuer on their own machines cannot work.
function findIssuerMismatch(site: URL, { issuer }: ProviderConfig): string | undefined {
  if (isLoopback(site) || !URL.canParse(issuer) || !isLoopback(new URL(issuer))) return undefined
  return 'is public while the issuer is on this machine: set KINDE_ISSUER_URL to your real domain.'
}

function readOrigins(values: readonly string[] = [], reader: Reader): string[] {
  return values.flatMap((value) => {
    if (!URL.canParse(value)) {
      reader.problems.push(`allowedOrigins: ${value} is not a URL.`)
      return []
    }
    const url = new URL(value)
    const problem = findOriginProblem(url)
    if (problem !== undefined) reader.problems.push(`allowedOrigins: ${value} ${problem}`)
    return [url.origin]
  })
}

function readClientSecret(value: string | undefined, reader: Reader): string {
  const secret = reader.text(value, 'KINDE_CLIENT_SECRET')
  if (secret === undefined) {
    reader.problems.push(
      'clientSecret (KINDE_CLIENT_SECRET) is missing: a back-end application has one. If its details page shows none, it was created as a front-end application; create it as "Back-end web".',
    )
  }
  return secret ?? ''
}

function readSecrets(
  value: string | readonly string[] | undefined,
  site: URL,
  reader: Reader,
): string[] {
  const label = 'secret (TREFOIL_SECRET)'
  const secrets = reader.texts(value, 'TREFOIL_SECRET', /,/) ?? []
  if (secrets.length === 0) {
    reader.problems.push(`${label} is missing: make one with "openssl rand -base64 32".`)
  }
  // The key is derived from the text's UTF-8 bytes, so those are what is counted.
  const long = secrets.filter((secret) => byteLength(secret) >= 32)
  if (long.length < secrets.length) {
    reader.problems.push(
      `${label} is too short: each secret needs 32 bytes or more ("openssl rand -base64 32").`,
    )
  }
  if (!isLoopback(site) && long.some(isExample)) {
    reader.problems.push(
      `${label} is an example: make one of your own with "openssl rand -base64 32".`,
    )
  }
  return secrets
}

// Words of the samples in guides, ours and other libraries', and a few characters again and again.
const exampleWords =
  /example|change.?me|replace|your.?secret|local.?use|password|passphrase|at.?least|openssl|randomly|long.?random|better-auth/i

function isExample(secret: string): boolean {
  return new Set(secret).size < 8 || /^(.{1,16})\1+$/.test(secret) || exampleWords.test(secret)
}

function readCallbackPath(value: string | undefined, basePath: string, reader: Reader): string {
  const usual = `${basePath}/callback`
  const path = readPath('callbackPath', value ?? usual, reader)
  if (path !== usual && isRoute(path, basePath)) {
    reader.problems.push('callbackPath is the path of another route: choose one of its own.')
  }
  return path
}

function isRoute(path: string, basePath: string): boolean {
  return routeNames.some((name) => path === `${basePath}/${name}`)
}

function readPath(name: string, value: string, reader: Reader): string {
  const path = value.length > 1 ? value.replace(/\/$/, '') : value
  if (toReturnPath(path) !== path || /[?#]/.test(path) || path === '/') {
    reader.problems.push(`${name} must be a path such as /auth.`)
  }
  return path
}

function readPostLoginPath(value: string | undefined, site: URL, reader: Reader): string {
  const text = reader.text(value, 'KINDE_POST_LOGIN_REDIRECT_URL') ?? '/'
  const isOwn = URL.canParse(text) && new URL(text).origin === site.origin
  const url = isOwn ? new URL(text) : undefined
  const path = toReturnPath(url ? `${url.pathname}${url.search}${url.hash}` : text)
  if (path === undefined) {
    reader.problems.push(
      'postLoginRedirectUrl (KINDE_POST_LOGIN_REDIRECT_URL) must be a path of this site, such as /dashboard.',
    )
  }
  return path ?? '/'
}

function readPostLogoutUrl(
  value: string | undefined,
  site: URL,
  reader: Reader,
): string | undefined {
  const text = reader.text(value, 'KINDE_POST_LOGOUT_REDIRECT_URL')
  if (text === undefined) return undefined
  const path = toReturnPath(text)
  if (path === undefined && !(/^https?:\/\/[\x21-\x7e]+$/i.test(text) && URL.canParse(text))) {
    reader.problems.push(
      'postLogoutRedirectUrl (KINDE_POST_LOGOUT_REDIRECT_URL) must be a URL with https:// or a path of this site.',
    )
  }
  // An absolute URL stays as it is written: the allow-list of the provider compares as text.
  return path === undefined ? text : `${site.origin}${path}`
}

function readCookieScope(
  options: BackendOptions,
  site: URL,
  reader: Reader,
): Omit<CookieSettings, 'sameSite'> {
  const { name = 'trefoil' } = options
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(name)) {
    reader.problems.push(
      'name must be letters, digits, "-" or "_", 40 at most: cookie names begin with it.',
    )
  }
  const domain = reader.text(options.cookieDomain, 'KINDE_COOKIE_DOMAIN')?.replace(/^\./, '')
  if (domain !== undefined && domain !== site.hostname && !site.hostname.endsWith(`.${domain}`)) {
    reader.problems.push(
      `cookieDomain (KINDE_COOKIE_DOMAIN) must be ${site.hostname} or a domain above it.`,
    )
  }
  return {
    name,
    secure: site.protocol === 'https:',
    ...(domain !== undefined && { domain }),
  }
}

function readSessionOptions(options: SessionOptions, reader: Reader): BackendConfig['session'] {
  const day = 86_400
  const year = 365 * day
  return {
    store: options.store,
    denyList: options.denyList,
    idleTimeout: readNumber('session.idleTimeout', options.idleTimeout, [1, year, day], reader),
    absoluteTimeout: readNumber(
      'session.absoluteTimeout',
      options.absoluteTimeout,
      [1, year, 7 * day],
      reader,
    ),
    sameSite: readChoice('session.sameSite', options.sameSite, ['lax', 'strict'], reader),
  }
}
