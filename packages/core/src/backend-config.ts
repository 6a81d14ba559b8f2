import type { BackendOptions, SessionOptions } from './backend-options.ts'
import { authenticateClient } from './client-authentication.ts'
import {
  assertNoProblems,
  createReader,
  isLoopback,
  type ProviderConfig,
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
import { type EventListener, guardListener, logEvent } from './events.ts'
import { byteLength } from './internal/encoding.ts'
import type { MachineApp } from './machine-app.ts'
import { toReturnPath } from './return-path.ts'
import type { SessionStore } from './session-store.ts'
import type { SessionLimits } from './session.ts'
import { readCallbackPath, readOrigins, readPath, readSite } from './site-config.ts'
import { readAllowedOrigins } from './token-origins.ts'
import type { ClientCredentials } from './token-request.ts'

/** The configuration of a back-end application, checked. */
export interface BackendConfig extends ProviderConfig, ClientCredentials {
  readonly clientSecret: string
  /** Absent: as the authorization server says. */
  readonly clientAuthentication: 'post' | 'basic' | undefined
  readonly siteOrigin: string
  readonly allowedOrigins: readonly string[]
  readonly secrets: readonly string[]
  readonly basePath: string
  readonly callbackPath: string
  readonly audience: readonly string[]
  /** Where `fetch` sends the access token, beside the issuer and the audience. */
  readonly apiOrigins: readonly string[]
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

/** Reads options and environment; throws {@link ConfigurationError} naming every problem at once. */
export function readBackendConfig(options: BackendOptions): BackendConfig {
  const onEvent = guardListener(options.onEvent ?? logEvent)
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
    authenticate: (metadata) => authenticateClient(config, metadata),
    siteOrigin: site.origin,
    allowedOrigins: [site.origin, ...readOrigins(options.allowedOrigins, site, reader)],
    secrets: readSecrets(options.secret, site, reader),
    basePath,
    callbackPath: readCallbackPath(options.callbackPath, basePath, reader),
    audience: readAudience(options.audience, 'KINDE_AUDIENCE', reader),
    apiOrigins: readAllowedOrigins(options.apiOrigins, reader, 'apiOrigins'),
    scopes: readScopes(options.scope, provider, reader),
    postLoginPath: readPostLoginPath(options.postLoginRedirectUrl, site, reader),
    postLogoutRedirectUrl: readPostLogoutUrl(options.postLogoutRedirectUrl, site, reader),
    authorizationParameters: readParameters(options.authorizationParameters ?? {}, reader),
    cookies: { ...readCookieScope(options, site, reader), sameSite: session.sameSite },
    machine: options.machine,
    session,
    onEvent: (event) => onEvent({ issuer: provider.issuer, ...event }),
  }
  assertNoProblems(reader)
  return config
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
  if (new Set(secrets).size < secrets.length) {
    reader.problems.push(`${label} has one secret twice: name each once, the newest first.`)
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
  } else if (domain !== undefined && domain !== site.hostname && !domain.includes('.')) {
    reader.problems.push(
      `cookieDomain (KINDE_COOKIE_DOMAIN) is ${domain}, for which browsers keep no cookie: name ${site.hostname} or a domain of yours above it.`,
    )
  }
  return {
    name,
    secure: site.protocol === 'https:',
    ...(domain !== undefined && { domain }),
  }
}

function readSessionOptions(options: SessionOptions, reader: Reader): BackendConfig['session'] {
  if (options.store && options.denyList) {
    reader.problems.push(
      'session.denyList is for sessions in cookies: leave it out, session.store remembers endings too.',
    )
  }
  return {
    store: options.store,
    denyList: options.denyList,
    ...readLimits(options, reader),
    sameSite: readChoice('session.sameSite', options.sameSite, ['lax', 'strict'], reader),
  }
}

function readLimits(options: SessionOptions, reader: Reader): SessionLimits {
  const day = 86_400
  const year = 365 * day
  const absoluteTimeout = readNumber(
    'session.absoluteTimeout',
    options.absoluteTimeout,
    [1, year, 7 * day],
    reader,
  )
  const usual = Math.min(day, absoluteTimeout)
  const idleTimeout = readNumber(
    'session.idleTimeout',
    options.idleTimeout,
    [1, year, usual],
    reader,
  )
  if (idleTimeout > absoluteTimeout) {
    reader.problems.push(
      `session.idleTimeout is longer than session.absoluteTimeout (${absoluteTimeout}), which ends a session first.`,
    )
  }
  return { idleTimeout, absoluteTimeout }
}
