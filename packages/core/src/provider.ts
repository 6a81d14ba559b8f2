import { allowInsecureRequests, customFetch } from 'oauth4webapi'
import type { ProviderConfig } from './config.ts'
import { createDiscovery, type Metadata } from './discovery.ts'
import { withBreaker } from './internal/breaker.ts'
import { createHttp, type Http } from './internal/http.ts'
import { createKeySet, type KeySet } from './jwks.ts'

/** The authorization server as this application knows it. */
export interface Provider {
  readonly config: ProviderConfig
  readonly http: Http
  readonly metadata: () => Promise<Metadata>
  readonly keys: KeySet
  /**
   * Throws `provider_unavailable` with `Retry-After` while the server is known to be down, so that no
   * browser is sent there; the first to ask after five seconds looks whether it is up again.
   */
  readonly assertUp: () => Promise<void>
  /** What every `oauth4webapi` request is given: our limits, and http for a loopback issuer alone. */
  readonly requestOptions: RequestOptions
}

/** Options of an `oauth4webapi` request. */
export interface RequestOptions {
  readonly [customFetch]: Http
  readonly [allowInsecureRequests]: boolean
}

const discoveryPath = '/.well-known/openid-configuration'

/** Makes a {@link Provider}; nothing is fetched before it is needed. */
export function createProvider(config: ProviderConfig): Provider {
  const { issuer, clock, fetch, timeout } = config
  const http = withBreaker(createHttp({ fetch, timeout, clock }), clock)
  const metadata = createDiscovery({ issuer, http, clock })
  return {
    config,
    http,
    metadata,
    keys: createKeySet({ metadata, http, clock }),
    async assertUp() {
      // What it answers does not matter: any answer but an outage closes the breaker.
      if (!http.isClosed()) await http(`${issuer.replace(/\/$/, '')}${discoveryPath}`)
    },
    requestOptions: {
      [customFetch]: http,
      [allowInsecureRequests]: issuer.startsWith('http:'),
    },
  }
}
