import {
  createAuth,
  createMemoryStore,
  type NextAuthOptions,
  type TenantRequest,
} from '@trefoil/next'
import type { ContractSettings } from '@trefoil/contract'

declare global {
  /** What the contract's apps were started with, by the host that each serves. */
  var contractApps: Map<string, ContractSettings> | undefined
}

/** One server serves all apps of the contract: each host is a tenant with options of its own. */
export const auth = createAuth(readOptions)

function readOptions(request: TenantRequest): NextAuthOptions {
  const settings = globalThis.contractApps?.get(request.header('host') ?? '')
  // Started on its own it has one tenant, which the environment describes.
  if (!settings) return { name: 'contract' }
  const { store, timeout, idleTimeout, absoluteTimeout } = settings
  return {
    name: 'contract',
    issuer: settings.issuerUrl,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    siteUrl: `http://localhost:${settings.port}`,
    secret: settings.secrets,
    env: {},
    ...(timeout !== undefined && { timeout }),
    // Half of the cases make trouble on purpose; their log would hide a real one.
    onEvent: () => undefined,
    session: {
      ...(store === 'memory' && { store: createMemoryStore() }),
      ...(idleTimeout !== undefined && { idleTimeout }),
      ...(absoluteTimeout !== undefined && { absoluteTimeout }),
    },
  }
}
