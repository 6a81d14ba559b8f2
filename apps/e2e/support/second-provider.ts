import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Configuration, Provider } from 'oidc-provider'
import {
  confirmSignOut,
  pageParts,
  serveSignIn,
  showError,
  showSignedOut,
} from './second-provider-pages.ts'
import { createStorage } from './second-provider-storage.ts'

/** Another OpenID Provider than the local issuer: `oidc-provider` as it comes, which knows nothing of Kinde. */
export interface SecondProvider {
  /** All that the specs have to know of it, in the names that they read for any provider (`E2E_*`). */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The sites of its two applications; each may run at several places. */
export interface Sites {
  readonly backend: readonly string[]
  readonly frontend: readonly string[]
}

const person = { email: 'ada@example.org', password: 'no-trefoil', name: 'Ada Elsewhere' }
const backend = { id: 'second-backend', secret: randomBytes(32).toString('base64url') }
const frontend = { id: 'second-frontend' }
const hour = 3_600

/** Starts it; port 0 takes one that is free. */
export async function startSecondProvider(port: number, sites: Sites): Promise<SecondProvider> {
  let handler: RequestListener = answerNotYet
  const server = createServer((message, response) => handler(message, response))
  server.listen(port, 'localhost')
  await once(server, 'listening')
  const url = `http://localhost:${readPort(server.address())}`
  const provider = new Provider(url, configure(sites))
  const answer = provider.callback()
  handler = (message, response) => {
    const isPage = message.url?.startsWith('/interaction/')
    return isPage
      ? void serveSignIn(message, response, provider, person)
      : void answer(message, response)
  }
  return {
    environment: describe(url),
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function answerNotYet(_message: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503).end()
}

function describe(url: string): Record<string, string> {
  return {
    E2E_ISSUER_URL: url,
    E2E_PRESET: 'oidc',
    E2E_CLIENT_ID: backend.id,
    E2E_CLIENT_SECRET: backend.secret,
    // How a client is registered that says nothing (OpenID Connect Dynamic Client Registration section 2).
    E2E_CLIENT_AUTHENTICATION: 'basic',
    E2E_FRONTEND_CLIENT_ID: frontend.id,
    E2E_USER_EMAIL: person.email,
    E2E_USER_PASSWORD: person.password,
    E2E_USER_NAME: person.name,
    E2E_EMAIL_FIELD: pageParts.email,
    E2E_CONSENT_BUTTON: pageParts.consent,
    E2E_CANCEL_BUTTON: pageParts.cancel,
    E2E_SIGN_OUT_BUTTON: pageParts.signOut,
  }
}

// What is not said here is as `oidc-provider` has it: paths, prompts, rotation.
function configure(sites: Sites): Configuration {
  return {
    adapter: createStorage(),
    // The demos show who somebody is from the ID token.
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    clientBasedCORS: (_ctx, origin, { clientId }) =>
      clientId === frontend.id && sites.frontend.includes(origin),
    clients: [
      {
        client_id: backend.id,
        client_secret: backend.secret,
        ...register(sites.backend, '/auth/callback'),
      },
      {
        client_id: frontend.id,
        token_endpoint_auth_method: 'none',
        ...register(sites.frontend, '/callback'),
      },
    ],
    // Browsers share cookies between ports, so a provider has names of its own.
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: 'second_session', interaction: 'second_step', resume: 'second_resume' },
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: confirmSignOut,
        postLogoutSuccessSource: showSignedOut,
      },
    },
    findAccount: (_ctx, id) =>
      id === person.email
        ? { accountId: id, claims: () => ({ sub: id, ...toClaims() }) }
        : undefined,
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [createKey()] },
    renderError: showError,
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      Grant: hour,
      IdToken: hour,
      Interaction: hour,
      RefreshToken: hour,
      Session: hour,
    },
  }
}

function toClaims(): Record<string, string | boolean> {
  return { name: person.name, email: person.email, email_verified: true }
}

function register(sites: readonly string[], callbackPath: string) {
  return {
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: sites.map((site) => `${site}${callbackPath}`),
    post_logout_redirect_uris: sites.flatMap((site) => [site, `${site}/`]),
  }
}

function createKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'second' }
}

function readPort(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}
