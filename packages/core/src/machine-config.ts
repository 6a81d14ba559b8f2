import { authenticateClient } from './client-authentication.ts'
import {
  assertKnownOptions,
  assertNoProblems,
  createReader,
  type ProviderConfig,
  type ProviderOptions,
  providerOptionNames,
  readClientAuthentication,
  readClientId,
  readProviderConfig,
  type Reader,
} from './config.ts'
import { splitScope } from './kinde.ts'
import { readAllowedOrigins } from './token-origins.ts'
import type { ClientCredentials } from './token-request.ts'

/**
 * A cache that several processes share, so that together they ask for one token (a machine token may
 * be metered, KINDE-PROTOCOL section 7). Values are sealed: who reads the cache cannot use them. Any
 * {@link SessionStore} fits. A cache that fails is left aside; the token is then requested.
 */
export interface MachineCache {
  /** The value, or `undefined` when there is none or its time is over. */
  get(key: string): Promise<string | undefined>
  /** Keeps a value for `timeToLive` seconds. */
  set(key: string, value: string, timeToLive: number): Promise<void>
}

/** Options of a machine application; each wins over its environment variable. */
export interface MachineOptions extends ProviderOptions {
  /** Environment: `KINDE_M2M_CLIENT_ID`. */
  clientId?: string
  /** Environment: `KINDE_M2M_CLIENT_SECRET`. */
  clientSecret?: string
  /**
   * How the secret is sent (RFC 6749 section 2.3.1): in the body (`post`) or the header (`basic`).
   * Default: as the metadata of the authorization server say, the body where it takes both.
   * Environment: `TREFOIL_CLIENT_AUTHENTICATION`.
   */
  clientAuthentication?: 'post' | 'basic'
  /** The API that tokens are for when a call names none. Environment: `KINDE_M2M_AUDIENCE`. */
  audience?: string
  /**
   * Scopes to ask for when a call names none. They belong to the audience above: a call for another
   * audience asks for none of them. Default: none, which at Kinde means all that were granted.
   */
  scope?: string | readonly string[]
  /**
   * Origins that `fetch` may send tokens to, beside the issuer's and that of an audience that is a
   * URL; matched exactly.
   */
  allowedOrigins?: readonly string[]
  /** A cache shared with other processes. Default: the memory of this one. */
  cache?: MachineCache
}

/** The configuration of a machine application, checked. */
export interface MachineConfig extends ProviderConfig, ClientCredentials {
  readonly clientSecret: string
  /** Absent: as the authorization server says. */
  readonly clientAuthentication: 'post' | 'basic' | undefined
  readonly audience: string | undefined
  readonly scopes: readonly string[]
  readonly allowedOrigins: readonly string[]
  readonly cache: MachineCache | undefined
}

const optionNames = [
  ...providerOptionNames,
  'clientId',
  'clientSecret',
  'clientAuthentication',
  'audience',
  'scope',
  'allowedOrigins',
  'cache',
] as const satisfies readonly (keyof MachineOptions)[]

/** Throws {@link ConfigurationError} at once for options that do not exist. */
export function assertMachineOptions(options: MachineOptions): void {
  assertKnownOptions(options, optionNames, 'createMachineApp')
}

/** Reads options and environment; throws {@link ConfigurationError} naming every problem at once. */
export function readMachineConfig(options: MachineOptions): MachineConfig {
  const reader = createReader(options.env)
  const config: MachineConfig = {
    ...readProviderConfig(options, reader),
    clientId: readClientId(options.clientId, 'KINDE_M2M_CLIENT_ID', reader),
    clientSecret: readClientSecret(options.clientSecret, reader),
    clientAuthentication: readClientAuthentication(options.clientAuthentication, reader),
    authenticate: (metadata) => authenticateClient(config, metadata),
    audience: readSingleAudience(options.audience, reader),
    scopes: toScopes(options.scope),
    allowedOrigins: readAllowedOrigins(options.allowedOrigins, reader),
    cache: options.cache,
  }
  assertNoProblems(reader)
  return config
}

/** Scopes sorted and each once, so that their order makes no difference. */
export function toScopes(scope: string | readonly string[] | undefined): string[] {
  const scopes = typeof scope === 'string' ? [scope] : (scope ?? [])
  return [...new Set(scopes.flatMap(splitScope))].sort()
}

function readClientSecret(value: string | undefined, reader: Reader): string {
  const secret = reader.text(value, 'KINDE_M2M_CLIENT_SECRET')
  if (secret === undefined) {
    reader.problems.push(
      'clientSecret (KINDE_M2M_CLIENT_SECRET) is missing: a machine-to-machine application has one. If its details page shows none, it was created as another kind; create it as "Machine to machine".',
    )
  }
  return secret ?? ''
}

function readSingleAudience(value: string | undefined, reader: Reader): string | undefined {
  const audience = reader.text(value, 'KINDE_M2M_AUDIENCE')
  if (audience !== undefined && /[\s,]/.test(audience)) {
    reader.problems.push(
      'audience (KINDE_M2M_AUDIENCE) names several APIs: a machine token is for one. Name the others where they are needed: getAccessToken({ audience }).',
    )
  }
  return audience
}
