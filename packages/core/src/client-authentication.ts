import { type ClientAuth, ClientSecretBasic, ClientSecretPost } from 'oauth4webapi'
import type { Metadata } from './discovery.ts'
import type { Preset } from './kinde.ts'

// Alone in its file, so that no code that sends a secret is in a browser.

/** The secret of a client, and how it is sent. */
export interface ClientSecret {
  readonly clientSecret: string
  /** Absent: as the server's metadata say. */
  readonly clientAuthentication: 'post' | 'basic' | undefined
  readonly preset: Preset
}

/**
 * How the client proves itself (RFC 6749 section 2.3.1): as configured, else in the body where the
 * server takes that, else in the header. A server that does not say takes the header (RFC 8414 section
 * 2), except Kinde, whose own packages all use the body (KINDE-PROTOCOL section 1).
 */
export function authenticateClient(
  { clientSecret, clientAuthentication, preset }: ClientSecret,
  { token_endpoint_auth_methods_supported: methods }: Metadata,
): ClientAuth {
  const takesBody = Array.isArray(methods)
    ? methods.includes('client_secret_post') || !methods.includes('client_secret_basic')
    : preset.name === 'kinde'
  const method = clientAuthentication ?? (takesBody ? 'post' : 'basic')
  return method === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret)
}
