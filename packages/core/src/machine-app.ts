import type { TokenTarget } from './client-credentials.ts'
import { lazily } from './config.ts'
import {
  assertMachineOptions,
  type MachineConfig,
  type MachineOptions,
  readMachineConfig,
  toScopes,
} from './machine-config.ts'
import { createMachineFetch, type MachineFetch } from './machine-fetch.ts'
import { createMachineTokens, type MachineTokens } from './machine-tokens.ts'
import { createProvider } from './provider.ts'

export type { Environment, ProviderConfig, ProviderOptions } from './config.ts'
export type { PresetName } from './kinde.ts'
export type { MachineCache, MachineConfig, MachineOptions } from './machine-config.ts'

/** What an access token is asked for; what is absent comes from the app's options. */
export interface MachineRequest {
  /** The API that the token is for. */
  audience?: string
  /** Scopes, in any order. */
  scope?: string | readonly string[]
}

/**
 * A machine application: a job or a service that acts as itself, with no user.
 *
 * Its secret is read once: to rotate it, let the old and the new one count at the authorization server,
 * restart with the new one, then withdraw the old.
 */
export interface MachineApp {
  /** Checks the configuration now; throws {@link ConfigurationError} naming every problem at once. */
  configure(): MachineConfig
  /**
   * Gives an access token that has not expired: from the cache, renewed ahead of its end, with one
   * request in flight for each audience and set of scopes.
   *
   * Throws `client_rejected` when the authorization server refuses the application,
   * `provider_unavailable` and `provider_response_invalid`. A failure is never cached.
   */
  getAccessToken(request?: MachineRequest): Promise<string>
  /**
   * Is `fetch` with the access token. The token goes to the issuer's origin, that of an audience that
   * is a URL, and those in `allowedOrigins`; another URL throws {@link ConfigurationError}, and after
   * a redirect elsewhere the request goes on without it. After a redirect to another origin only plain
   * headers go on, such as `Accept`. Redirects of writes are not followed.
   *
   * A 401 is tried once more with a fresh token, and a 429 once more after the pause that
   * `Retry-After` or `RateLimit-Reset` asks for, up to 5 s; both unless the body is a stream. Any
   * other answer is the caller's, whatever its status or size. Otherwise throws as `fetch` does and
   * as {@link getAccessToken}.
   */
  fetch(url: string | URL, init?: RequestInit & MachineRequest): Promise<Response>
}

/**
 * Makes a {@link MachineApp}; the environment is read at the first use. Source: RFC 6749 section 4.4,
 * KINDE-PROTOCOL section 7.
 *
 * Throws {@link ConfigurationError} at once for an option that does not exist.
 *
 * @example
 * const machine = createMachineApp({ audience: 'https://reports.example' })
 * const response = await machine.fetch('https://reports.example/reports')
 */
export function createMachineApp(options: MachineOptions = {}): MachineApp {
  assertMachineOptions(options)
  const ready = lazily(() => prepare(readMachineConfig(options)))

  return {
    configure: () => ready().config,
    async getAccessToken(request = {}) {
      const { tokens, toTarget } = ready()
      return tokens.get(toTarget(request))
    },
    async fetch(url, { audience, scope, ...init } = {}) {
      const { send, toTarget } = ready()
      const request = { ...(audience !== undefined && { audience }), ...(scope && { scope }) }
      return send(url, init, toTarget(request))
    },
  }
}

interface Prepared {
  readonly config: MachineConfig
  readonly tokens: MachineTokens
  readonly send: MachineFetch
  readonly toTarget: (request: MachineRequest) => TokenTarget
}

function prepare(config: MachineConfig): Prepared {
  const tokens = createMachineTokens(config, createProvider(config))
  const { audience, scopes } = config
  const usual: TokenTarget = { audience, scopes }
  return {
    config,
    tokens,
    send: createMachineFetch(config, tokens),
    toTarget: (request) =>
      request.audience === undefined && request.scope === undefined
        ? usual
        : readTarget(request, config),
  }
}

// The default scopes are those of the default audience; elsewhere they would be unknown and refused.
function readTarget({ audience, scope }: MachineRequest, config: MachineConfig): TokenTarget {
  const isDefault = audience === undefined || (config.audience ?? audience) === audience
  return {
    audience: audience ?? config.audience,
    scopes: scope === undefined && isDefault ? config.scopes : toScopes(scope),
  }
}
