import { assertKnownOptions, type ProviderOptions, providerOptionNames } from './config.ts'
import type { EventListener } from './events.ts'
import type { MachineApp } from './machine-app.ts'
import type { SessionStore } from './session-store.ts'

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
  /** Seconds without a request after which a session ends: default 86,400 (24 h), or the next if less. */
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
   * Environment: `TREFOIL_CLIENT_AUTHENTICATION`.
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
  /** Origins that `fetch` sends the access token to, beside the issuer's and those of `audience`. */
  apiOrigins?: readonly string[]
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
  'apiOrigins',
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
