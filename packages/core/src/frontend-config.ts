import { None } from 'oauth4webapi'
import {
  assertKnownOptions,
  assertNoProblems,
  createReader,
  providerOptionNames,
  type ProviderConfig,
  type ProviderOptions,
  readAudience,
  readChoice,
  readClientId,
  readNumber,
  type Reader,
  readParameters,
  readProviderConfig,
  readScopes,
} from './config.ts'
import type { ClientConfig } from './client-config.ts'
import { redirectPath } from './frontend-options.ts'
import { isInCookie, sharesSite } from './refresh-token-cookie.ts'
import { toReturnPath } from './return-path.ts'
import { readAllowedOrigins } from './token-origins.ts'

/**
 * Where the refresh token lives in the browser. Code that runs in the page, a cross-site script
 * included, can use the session wherever that is; what differs is what it can carry away and what is
 * left behind.
 *
 * - `memory`: nowhere. A reload asks another open tab of the site, then the provider (silent sign-in).
 * - `tab` (default): in `sessionStorage`. It survives a reload and is gone with the tab.
 * - `browser-readable-by-any-script`: in `localStorage`, until the sign-out. Whoever can run a script or
 *   read the disk at any later time has it, so the name is as long as the thought it deserves.
 *
 * - `custom-domain-cookie`: with Kinde, and an issuer that is a custom domain under this page's own: in
 *   an HttpOnly cookie of the issuer. No script can read it, so it cannot be carried away, and it outlives
 *   the tab. It is one for all tabs, and for all applications of the issuer unless Kinde is told to keep
 *   one for each: who signs in as somebody else in another ends the session here. Every page of the site,
 *   on whatever subdomain, must be trusted, and a sign-out leaves it to Kinde to make it worthless.
 *
 * The access token is in memory only, in all of them. Who is signed in (no token) is kept in
 * `sessionStorage` with `tab` and `custom-domain-cookie`, in `localStorage` with the third.
 */
export type RefreshTokenStorage =
  | 'memory'
  | 'tab'
  | 'browser-readable-by-any-script'
  | 'custom-domain-cookie'

/** Options of a front-end application. */
export interface FrontendOptions extends ProviderOptions {
  /** Environment: `KINDE_CLIENT_ID`. */
  clientId?: string
  /** APIs that access tokens are for. Environment: `KINDE_AUDIENCE`. */
  audience?: string | readonly string[]
  /** Scopes to ask for. Environment: `KINDE_SCOPE`. Default: `openid profile email offline`. */
  scope?: string | readonly string[]
  /** The callback as it is registered, a URL of this origin or a path. Default: `/callback`. */
  redirectUri?: string
  /** Where a sign-in without a return path ends: a path of this site. Default: `/`. */
  postLoginPath?: string
  /** Where a sign-out ends: a URL, or a path of this site. Default: this origin. */
  postLogoutRedirectUrl?: string
  /** Where the refresh token lives. Default: `tab`. */
  storage?: RefreshTokenStorage
  /** Origins that `fetch` sends the access token to, beside the issuer's and those of `audience`. */
  allowedOrigins?: readonly string[]
  /** Further parameters of every authorization request. */
  authorizationParameters?: Readonly<Record<string, string>>
  /**
   * Whether a tab that has nothing else asks the provider in a hidden frame (`prompt=none`) when
   * somebody is signed in in this browser. Default: true.
   */
  silentLogin?: boolean
  /** Seconds without a sign of life, in any tab, after which the user is signed out. Default: never. */
  idleTimeout?: number
  /** Seconds before that at which `onIdleWarning` is called. Default: 60. */
  idleWarning?: number
  /** Is told that the user is about to be signed out, with the seconds left. */
  onIdleWarning?: (seconds: number) => void
  /**
   * Shows the page that a sign-in began on. Default: `history.replaceState`; give the router's own way
   * where it does not notice that.
   */
  onReturn?: (path: string) => void
}

/** The configuration of a front-end application, checked. */
export interface FrontendConfig extends ClientConfig {
  /** The callback's origin, which is this page's. */
  readonly origin: string
  readonly postLoginPath: string
  readonly postLogoutRedirectUrl: string
  readonly storage: RefreshTokenStorage
  readonly allowedOrigins: readonly string[]
  readonly silentLogin: boolean
  readonly idleTimeout: number | undefined
  readonly idleWarning: number
}

const frontendOptionNames: readonly (keyof FrontendOptions)[] = [
  ...providerOptionNames,
  'clientId',
  'audience',
  'scope',
  'redirectUri',
  'postLoginPath',
  'postLogoutRedirectUrl',
  'storage',
  'allowedOrigins',
  'authorizationParameters',
  'silentLogin',
  'idleTimeout',
  'idleWarning',
  'onIdleWarning',
  'onReturn',
]

const year = 365 * 86_400

/**
 * Reads a front-end application's options; throws {@link ConfigurationError} naming every problem at
 * once. A client secret is a problem wherever it comes from: what runs in a browser keeps no secret.
 * `origin` is the page's.
 */
export function readFrontendConfig(
  options: FrontendOptions & { clientSecret?: unknown },
  origin: string,
): FrontendConfig {
  assertKnownOptions(options, [...frontendOptionNames, 'clientSecret'], 'createFrontendApp')
  const reader = createReader(options.env)
  assertNoSecret(options.clientSecret, reader)
  const provider = readProviderConfig(options, reader)
  const { idleTimeout } = options
  const config: FrontendConfig = {
    ...provider,
    clientId: readClientId(options.clientId, 'KINDE_CLIENT_ID', reader),
    authenticate: None,
    audience: readAudience(options.audience, 'KINDE_AUDIENCE', reader),
    scopes: readScopes(options.scope, provider, reader),
    origin,
    callbackPath: readRedirectPath(options, origin, reader),
    authorizationParameters: readParameters(options.authorizationParameters ?? {}, reader),
    postLoginPath: readPath('postLoginPath', options.postLoginPath ?? '/', reader),
    postLogoutRedirectUrl: readLogoutUrl(options.postLogoutRedirectUrl, origin, reader),
    storage: readStorage(options.storage, provider, origin, reader),
    allowedOrigins: readAllowedOrigins(options.allowedOrigins, reader),
    silentLogin: options.silentLogin ?? true,
    idleTimeout:
      idleTimeout === undefined
        ? undefined
        : readNumber('idleTimeout', idleTimeout, [60, year, year], reader),
    idleWarning: readNumber('idleWarning', options.idleWarning, [1, 3600, 60], reader),
  }
  assertNoProblems(reader)
  return config
}

function readStorage(
  value: RefreshTokenStorage | undefined,
  { issuer, preset }: ProviderConfig,
  origin: string,
  reader: Reader,
): RefreshTokenStorage {
  const storage = readChoice<RefreshTokenStorage>(
    'storage',
    value,
    ['tab', 'memory', 'browser-readable-by-any-script', 'custom-domain-cookie'],
    reader,
  )
  if (!isInCookie({ storage }) || !URL.canParse(issuer)) return storage
  const isCustom = preset.name === 'kinde' && !new URL(issuer).hostname.endsWith('.kinde.com')
  if (!isCustom || !sharesSite(issuer, origin)) {
    reader.problems.push(
      `storage "custom-domain-cookie" needs Kinde with a custom domain under this site's own as the issuer, such as https://auth.example.com for https://app.example.com: the browser does not send cookies of ${issuer} with requests of ${origin}. Set up a custom domain, or choose storage "tab".`,
    )
  }
  return storage
}

function assertNoSecret(secret: unknown, reader: Reader): void {
  if (secret === undefined && reader.variable('KINDE_CLIENT_SECRET') === undefined) return
  reader.problems.push(
    'clientSecret (KINDE_CLIENT_SECRET) is given to a front-end application, whose code anyone can read: remove it. If the details page shows a secret, the application was created as "Back-end web"; create one of the kind "Front-end and mobile", and rotate the secret that was exposed.',
  )
}

// Compared as text by the provider, so it stays as it is written: without a path there is no slash.
function readRedirectPath(options: FrontendOptions, origin: string, reader: Reader): string {
  const path = redirectPath(options, origin)
  if (path === '') return ''
  if (toReturnPath(path) !== path || /[?#]/.test(path)) {
    reader.problems.push(
      `redirectUri must be a path such as /callback, or a URL of this page's origin ${origin}, without query and hash.`,
    )
  }
  return path
}

function readPath(name: string, value: string, reader: Reader): string {
  const path = toReturnPath(value)
  if (path === undefined) reader.problems.push(`${name} must be a path of this site.`)
  return path ?? '/'
}

function readLogoutUrl(value: string | undefined, origin: string, reader: Reader): string {
  if (value === undefined) return origin
  const path = toReturnPath(value)
  if (path !== undefined) return `${origin}${path}`
  if (!/^https?:\/\/[\x21-\x7e]+$/i.test(value) || !URL.canParse(value)) {
    reader.problems.push(
      'postLogoutRedirectUrl must be a URL with https:// or a path of this site.',
    )
  }
  return value
}
