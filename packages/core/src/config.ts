import { ConfigurationError } from './errors.ts'
import type { Clock } from './internal/clock.ts'
import { type Preset, type PresetName, presets } from './kinde.ts'

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Options that every kind of application has. An option wins over its environment variable. */
export interface ProviderOptions {
  /**
   * The dialect of the authorization server: `kinde` (default) or `oidc` for any OpenID Provider.
   * Environment: `TREFOIL_PRESET`.
   */
  preset?: PresetName
  /** The issuer identifier, such as `https://example.kinde.com`. Environment: `KINDE_ISSUER_URL`. */
  issuer?: string
  /** Where environment variables are read. Default: `process.env` where there is one. */
  env?: Environment
  /** The `fetch` for every outgoing request. */
  fetch?: typeof fetch
  /** Milliseconds for each outgoing request, body included: 500 to 30,000, default 5,000. */
  timeout?: number
  /** Seconds that two clocks may differ: 0 to 300, default 30. */
  clockTolerance?: number
  /** Signature algorithms that tokens may have; asymmetric ones only. Default: `RS256` for Kinde. */
  algorithms?: readonly string[]
  /** The time in milliseconds, for tests. Default: `Date.now`. */
  clock?: Clock
}

/** What every kind of application needs, checked. */
export interface ProviderConfig {
  readonly preset: Preset
  readonly issuer: string
  readonly fetch: typeof fetch
  readonly timeout: number
  readonly clockTolerance: number
  readonly algorithms: readonly string[]
  readonly clock: Clock
}

/** The option names of {@link ProviderOptions}. */
export const providerOptionNames: readonly (keyof ProviderOptions)[] = [
  'preset',
  'issuer',
  'env',
  'fetch',
  'timeout',
  'clockTolerance',
  'algorithms',
  'clock',
]

// What an authorization request says is ours to say; an option that replaced it would undo a check.
const reservedParameters = [
  'client_id',
  'client_secret',
  'redirect_uri',
  'response_type',
  'response_mode',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'scope',
  'request',
  'request_uri',
]

/** Reads options over environment and collects every problem, to be reported at once. */
export interface Reader {
  readonly problems: string[]
  /** The option when given, else the variable, trimmed; `undefined` when neither says anything. */
  text(value: string | undefined, variable: string): string | undefined
  /** The same, for a list: a text is split at the separator. */
  texts(
    value: string | readonly string[] | undefined,
    variable: string,
    separator: RegExp,
  ): string[] | undefined
  /** The environment variable as it is. */
  variable(name: string): string | undefined
}

/** Makes a {@link Reader}. */
export function createReader(env: Environment = readProcessEnv()): Reader {
  const variable = (name: string): string | undefined => env[name]?.trim() || undefined
  return {
    problems: [],
    variable,
    text: (value, name) => value?.trim() || variable(name),
    texts(value, name, separator) {
      const list = value ?? variable(name)
      if (list === undefined) return undefined
      const parts = typeof list === 'string' ? list.split(separator) : list
      return parts.map((part) => part.trim()).filter((part) => part !== '')
    },
  }
}

/**
 * Throws {@link ConfigurationError} for an option that does not exist, at once: a misspelled option
 * that is silently ignored is a setting its author believes in.
 */
export function assertKnownOptions(options: object, known: readonly string[], owner: string): void {
  const problems = Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => `${owner}: the option "${name}" is not known. Known are ${known.join(', ')}.`)
  if (problems.length > 0) throw new ConfigurationError(problems)
}

/** Calls `make` at the first use and keeps its result; a failure is not kept. */
export function lazily<Value>(make: () => Value): () => Value {
  let held: { value: Value } | undefined
  return () => (held ??= { value: make() }).value
}

/** Reads what every kind of application needs; problems go to the reader. */
export function readProviderConfig(options: ProviderOptions, reader: Reader): ProviderConfig {
  const preset = readPreset(options.preset, reader)
  return {
    preset,
    issuer: readIssuer(options.issuer, preset, reader),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    timeout: readNumber('timeout', options.timeout, [500, 30_000, 5000], reader),
    clockTolerance: readNumber('clockTolerance', options.clockTolerance, [0, 300, 30], reader),
    algorithms: readAlgorithms(options.algorithms ?? preset.algorithms, reader),
    // Asked anew each time, so that an application's tests can put another one in its place.
    clock: options.clock ?? (() => Date.now()),
  }
}

/** Reports every problem at once, or nothing. */
export function assertNoProblems(reader: Reader): void {
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems)
}

/** Says whether a URL is on this machine: plain http is for that alone. */
export function isLoopback(url: URL): boolean {
  const { hostname } = url
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  )
}

/** A number within bounds, or a problem and the default. */
export function readNumber(
  name: string,
  value: number | undefined,
  [least, most, fallback]: readonly [least: number, most: number, fallback: number],
  reader: Reader,
): number {
  if (value === undefined) return fallback
  if (Number.isFinite(value) && value >= least && value <= most) return value
  reader.problems.push(`${name} must be a number from ${least} to ${most}.`)
  return fallback
}

/** One of the words that an option can be, or a problem and the first of them. */
export function readChoice<Choice extends string>(
  name: string,
  value: string | undefined,
  choices: readonly [Choice, ...Choice[]],
  reader: Reader,
): Choice {
  const choice = choices.find((each) => each === (value ?? choices[0]))
  if (choice !== undefined) return choice
  reader.problems.push(`${name} must be ${choices.map((each) => `"${each}"`).join(' or ')}.`)
  return choices[0]
}

/** How the client's secret is sent; `undefined` leaves it to the metadata of the server. */
export function readClientAuthentication(
  value: 'post' | 'basic' | undefined,
  reader: Reader,
): 'post' | 'basic' | undefined {
  const said = value ?? reader.variable('TREFOIL_CLIENT_AUTHENTICATION')
  if (said === undefined) return undefined
  const label = 'clientAuthentication (TREFOIL_CLIENT_AUTHENTICATION)'
  return readChoice<'post' | 'basic'>(label, said, ['post', 'basic'], reader)
}

/** The client's identifier at the authorization server. */
export function readClientId(value: string | undefined, variable: string, reader: Reader): string {
  const clientId = reader.text(value, variable)
  if (clientId === undefined) {
    reader.problems.push(
      `clientId (${variable}) is missing: copy the client id of the application from its details page.`,
    )
  }
  return clientId ?? ''
}

/** The APIs that access tokens are for; a name given twice is a problem. */
export function readAudience(
  value: string | readonly string[] | undefined,
  variable: string,
  reader: Reader,
): string[] {
  const audience = reader.texts(value, variable, /[\s,]+/) ?? []
  const twice = audience.filter((name, index) => audience.indexOf(name) !== index)
  for (const name of new Set(twice)) {
    reader.problems.push(`audience (${variable}) names ${name} twice: name each API once.`)
  }
  return audience
}

/** The scopes to ask for, in the words of the preset. */
export function readScopes(
  value: string | readonly string[] | undefined,
  { preset }: ProviderConfig,
  reader: Reader,
): readonly string[] {
  const scopes = reader.texts(value, 'KINDE_SCOPE', /[\s,]+/)
  if (scopes === undefined) return preset.scopes
  if (!scopes.includes('openid')) {
    reader.problems.push(
      'scope (KINDE_SCOPE) must include "openid": without it there is no ID token and no sign-in.',
    )
  }
  // Kinde takes the standard name silently and gives no refresh token (KINDE-PROTOCOL section 2).
  const named = scopes.map((scope) =>
    /^offline(_access)?$/.test(scope) ? preset.offlineScope : scope,
  )
  return [...new Set(named)]
}

/** Further parameters of every authorization request. */
export function readParameters(
  parameters: Readonly<Record<string, string>>,
  reader: Reader,
): Readonly<Record<string, string>> {
  for (const name of Object.keys(parameters).filter((key) => reservedParameters.includes(key))) {
    reader.problems.push(
      `authorizationParameters may not set ${name}: Trefoil does, and checks it.`,
    )
  }
  return parameters
}

function readPreset(value: string | undefined, reader: Reader): Preset {
  const name = value ?? reader.variable('TREFOIL_PRESET') ?? 'kinde'
  if (name === 'kinde' || name === 'oidc') return presets[name]
  reader.problems.push(
    `preset (TREFOIL_PRESET) "${name}" is not known: use "kinde", or "oidc" for any other OpenID Provider.`,
  )
  return presets.kinde
}

function readIssuer(value: string | undefined, preset: Preset, reader: Reader): string {
  const text = reader.text(value, 'KINDE_ISSUER_URL')
  const label = 'issuer (KINDE_ISSUER_URL)'
  if (text === undefined) {
    reader.problems.push(
      `${label} is missing: set it to your domain, such as https://example.kinde.com.`,
    )
    return ''
  }
  if (!URL.canParse(text)) {
    reader.problems.push(`${label} is not a URL: it must look like https://example.kinde.com.`)
    return ''
  }
  const url = new URL(text)
  const problem = findIssuerProblem(url, preset)
  if (problem !== undefined) reader.problems.push(`${label} ${problem}`)
  // A Kinde issuer is an origin, so a slash at its end is a slip; elsewhere it may be part of the name.
  return preset.name === 'kinde' ? url.origin : text
}

function findIssuerProblem(url: URL, preset: Preset): string | undefined {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    return 'must begin with https://; plain http is for this machine only.'
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return 'must have no user, query or hash.'
  }
  if (preset.name === 'kinde' && url.pathname !== '/') {
    return `must have no path: use ${url.origin}. For another OpenID Provider set preset (TREFOIL_PRESET) to "oidc".`
  }
  return undefined
}

function readAlgorithms(algorithms: readonly string[], reader: Reader): readonly string[] {
  const asymmetric = /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/
  const refused = [...algorithms].filter((name) => !asymmetric.test(name))
  if (refused.length > 0 || algorithms.length === 0) {
    reader.problems.push('algorithms must list asymmetric signature algorithms, such as RS256.')
  }
  return algorithms
}

// `process` is looked up, not imported, so the same file runs where there is none.
function readProcessEnv(): Environment {
  const scope: { process?: { env?: Environment }; Date: unknown } = globalThis
  return scope.process?.env ?? {}
}
