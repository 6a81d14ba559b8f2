import type { ProviderConfig } from './config.ts'
import type { ClientCredentials } from './token-request.ts'

/**
 * What the authorization code flow knows of an application, be it a back-end one with a secret or a
 * front-end one without.
 */
export interface ClientConfig extends ProviderConfig, ClientCredentials {
  readonly audience: readonly string[]
  readonly scopes: readonly string[]
  /** What follows the origin in the redirect URI. */
  readonly callbackPath: string
  readonly authorizationParameters: Readonly<Record<string, string>>
}
