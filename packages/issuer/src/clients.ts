import type { AdapterPayload } from 'oidc-provider'
import type { Application } from './seed.ts'

/** The scopes of OpenID Connect, and Kinde's name of the one that asks for a refresh token. */
export const standardScopes: readonly string[] = [
  'openid',
  'profile',
  'email',
  'phone',
  'address',
  'offline',
]

/** An application in the provider's words (RFC 7591 section 2). */
export function toClientMetadata(application: Application): AdapterPayload {
  const { id, name, kind, secret, callbackUrls } = application
  const common = { client_id: id, client_name: name }
  if (kind === 'machine') {
    return {
      ...common,
      ...withSecret(secret),
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    }
  }
  const isWeb = callbackUrls.every((url) => /^https?:/.test(url))
  return {
    ...common,
    ...(kind === 'backend' ? withSecret(secret) : { token_endpoint_auth_method: 'none' }),
    application_type: isWeb ? 'web' : 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: callbackUrls,
    response_types: ['code'],
    scope: standardScopes.join(' '),
  }
}

function withSecret(secret: string | undefined): AdapterPayload {
  return { client_secret: secret, token_endpoint_auth_method: 'client_secret_post' }
}
