import { ConfigurationError } from '@trefoil/core'
import { type BackendOptions, createBackendApp, type SessionOptions } from '@trefoil/core/backend'
import type { FrontendOptions } from '@trefoil/core/frontend'

/** Who signs in: a server, or the browser by itself. */
export type Flow = 'backend' | 'frontend'

/** Options of the module, under `trefoil` in `nuxt.config`. */
export interface ModuleOptions extends Pick<
  BackendOptions,
  | 'preset'
  | 'issuer'
  | 'clientId'
  | 'clientSecret'
  | 'clientAuthentication'
  | 'siteUrl'
  | 'allowedOrigins'
  | 'secret'
  | 'name'
  | 'basePath'
  | 'callbackPath'
  | 'audience'
  | 'apiOrigins'
  | 'scope'
  | 'postLoginRedirectUrl'
  | 'postLogoutRedirectUrl'
  | 'cookieDomain'
  | 'authorizationParameters'
  | 'timeout'
  | 'clockTolerance'
  | 'algorithms'
> {
  /** The session's limits and place. */
  session?: Omit<SessionOptions, 'store' | 'denyList'> & {
    /** The mount of Nitro's storage that sessions are kept in. Default: sealed in cookies. */
    storage?: string
  }
  /**
   * `backend`: a server holds the session (a client secret, tokens never in the browser). `frontend`: the
   * browser signs in by itself with PKCE, for an app with `ssr: false`. Default: as `ssr` says.
   */
  flow?: Flow
  /** What only a front-end app has. */
  browser?: Pick<FrontendOptions, 'storage' | 'silentLogin' | 'idleTimeout'>
  /** Whether every page needs a session that does not say `auth: false`. Default: false. */
  protect?: boolean
}

/** What `runtimeConfig.trefoil` can be told by `NUXT_TREFOIL_*`: only keys that are there count for Nuxt. */
export const emptyRuntimeConfig: Readonly<Record<string, unknown>> = {
  preset: '',
  issuer: '',
  clientId: '',
  clientSecret: '',
  clientAuthentication: '',
  siteUrl: '',
  allowedOrigins: '',
  secret: '',
  name: '',
  basePath: '',
  callbackPath: '',
  audience: '',
  apiOrigins: '',
  scope: '',
  postLoginRedirectUrl: '',
  postLogoutRedirectUrl: '',
  cookieDomain: '',
  authorizationParameters: {},
  timeout: '',
  clockTolerance: '',
  algorithms: '',
  session: { storage: '', idleTimeout: '', absoluteTimeout: '', sameSite: '' },
}

/** What the environment gives at run time, so that what is there already can be checked at build time. */
export const placeholders: BackendOptions = {
  env: {},
  issuer: 'https://issuer.example',
  clientId: 'client',
  clientSecret: 'secret',
  siteUrl: 'https://site.example',
  secret: '0f1e2d3c4b5a69788796a5b4c3d2e1f0kqzw',
}
const ownNames = ['protect', 'flow', 'browser']
const secretNames = ['clientSecret', 'secret'] as const
// They must fit the site, which may not be known before run time.
const siteNames = [
  'cookieDomain',
  'allowedOrigins',
  'postLoginRedirectUrl',
  'postLogoutRedirectUrl',
]

/** Who signs in, by the option or by `ssr`. */
export function readFlow({ flow }: ModuleOptions, ssr: boolean): Flow {
  return flow ?? (ssr ? 'backend' : 'frontend')
}

/** Throws {@link ConfigurationError} naming every option that is unknown or wrong. */
export function assertModuleOptions(options: ModuleOptions, flow: Flow, ssr: boolean): void {
  const problems = [
    ...findUnknown(options),
    ...findWrongShapes(options),
    ...findMismatches(options, flow, ssr),
  ]
  if (problems.length > 0) throw new ConfigurationError(problems)
  if (flow === 'backend') assertBackend(options)
}

function findMismatches(options: ModuleOptions, flow: Flow, ssr: boolean): string[] {
  if (flow === 'backend') {
    return options.browser === undefined
      ? []
      : [
          'trefoil.browser is for an app with ssr: false that signs in by itself (flow: "frontend").',
        ]
  }
  const isRendered = ssr
    ? [
        'trefoil.flow is "frontend", but the server renders the pages and knows nobody: set ssr: false.',
      ]
    : []
  const secrets = secretNames
    .filter((name) => options[name] !== undefined)
    .map(
      (name) =>
        `trefoil.${name} is given, but this is a front-end app, whose code everybody can read. Take it out; or, if a server is to hold the session, set flow: "backend" and create the application at Kinde as "Back-end web".`,
    )
  return [...isRendered, ...secrets]
}

function assertBackend(options: ModuleOptions): void {
  const { session: { storage: _storage, ...session } = {}, ...rest } = options
  const isSiteKnown = rest.siteUrl !== undefined
  const entries = Object.entries(rest).filter(
    ([name]) => !ownNames.includes(name) && (isSiteKnown || !siteNames.includes(name)),
  )
  // A local issuer goes with a local site.
  const site = rest.issuer?.startsWith('http:') ? { siteUrl: 'http://localhost:3000' } : {}
  createBackendApp({
    ...placeholders,
    ...site,
    ...Object.fromEntries(entries),
    session,
  }).configure()
}

function findUnknown(options: ModuleOptions): string[] {
  const known = [...Object.keys(emptyRuntimeConfig), ...ownNames]
  const inSession = ['storage', 'idleTimeout', 'absoluteTimeout', 'sameSite']
  return [
    ...unknown(options, known, 'trefoil'),
    ...unknown(options.session ?? {}, inSession, 'trefoil.session'),
  ]
}

function unknown(options: object, known: readonly string[], owner: string): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map(
      (name) =>
        `${owner}.${name} is not known. Known are ${known.join(', ')}. What only code can say belongs to server/trefoil.ts.`,
    )
}

const lists = ['secret', 'allowedOrigins', 'audience', 'apiOrigins', 'scope', 'algorithms']
const numbers = ['timeout', 'clockTolerance']

function findWrongShapes(options: ModuleOptions): string[] {
  return Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    const shape = shapeOf(name)
    return shape === undefined || value === undefined || fits(value, shape)
      ? []
      : [`trefoil.${name} must be ${shape}.`]
  })
}

function shapeOf(name: string): string | undefined {
  if (name === 'protect') return 'true or false'
  if (name === 'flow') return '"backend" or "frontend"'
  if (name === 'session' || name === 'browser' || name === 'authorizationParameters')
    return 'an object'
  if (lists.includes(name)) return 'a text or a list of texts'
  if (numbers.includes(name)) return 'a number'
  return Object.hasOwn(emptyRuntimeConfig, name) ? 'a text' : undefined
}

function fits(value: unknown, shape: string): boolean {
  if (shape === 'true or false') return typeof value === 'boolean'
  if (shape === '"backend" or "frontend"') return value === 'backend' || value === 'frontend'
  if (shape === 'an object') return Object(value) === value && !Array.isArray(value)
  if (shape === 'a number') return typeof value === 'number'
  if (shape === 'a text') return typeof value === 'string'
  return typeof value === 'string' || (Array.isArray(value) && value.every(isText))
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
