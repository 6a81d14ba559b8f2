import {
  assertKnownOptions,
  assertNoProblems,
  createReader,
  type ProviderConfig,
  type ProviderOptions,
  providerOptionNames,
  readAudience,
  readNumber,
  readProviderConfig,
} from './config.ts'

/** Options of a bearer verifier; each wins over its environment variable. */
export interface BearerOptions extends ProviderOptions {
  /**
   * The identifiers of this API: a token must be for one of them. Environment: `KINDE_AUDIENCE`,
   * separated by spaces or commas.
   */
  audience?: string | readonly string[]
  /**
   * What access tokens look like. `rfc9068` wants the type `at+jwt` and is the default of the preset
   * `oidc`; `jwt` also takes tokens typed `JWT` or not at all, told apart from other tokens by the
   * claims that only those have, and is the default of `kinde`.
   */
  profile?: 'rfc9068' | 'jwt'
  /** How many verified tokens are remembered: 0 to 100,000, default 1,000. */
  cacheSize?: number
}

/** The configuration of a bearer verifier, checked. */
export interface BearerConfig extends ProviderConfig {
  readonly audience: readonly string[]
  readonly profile: 'rfc9068' | 'jwt'
  readonly cacheSize: number
}

const optionNames = [
  ...providerOptionNames,
  'audience',
  'profile',
  'cacheSize',
] as const satisfies readonly (keyof BearerOptions)[]

/** Throws {@link ConfigurationError} at once for options that do not exist. */
export function assertBearerOptions(options: BearerOptions): void {
  assertKnownOptions(options, optionNames, 'createBearerVerifier')
}

/** Reads options and environment; throws {@link ConfigurationError} naming every problem at once. */
export function readBearerConfig(options: BearerOptions): BearerConfig {
  const reader = createReader(options.env)
  const provider = readProviderConfig(options, reader)
  const audience = readAudience(options.audience, 'KINDE_AUDIENCE', reader)
  if (audience.length === 0) {
    reader.problems.push(
      'audience (KINDE_AUDIENCE) is missing: name this API as it is registered, such as https://api.example. Without it a token for any other API would pass.',
    )
  }
  const { profile = provider.preset.accessTokenProfile } = options
  if (profile !== 'rfc9068' && profile !== 'jwt') {
    reader.problems.push('profile must be "rfc9068" or "jwt".')
  }
  const cacheSize = readNumber('cacheSize', options.cacheSize, [0, 100_000, 1000], reader)
  assertNoProblems(reader)
  return { ...provider, audience, profile, cacheSize }
}
