import type { BackendApp } from '@trefoil/core/backend'
import { createBackendApp } from '@trefoil/core/backend'
import type { NextAuthOptions, OptionsSource, TenantRequest } from './next-options.ts'
import { nameOptions, shareApp } from './shared-state.ts'

/** The app that a request is for. */
export interface Tenant {
  readonly app: BackendApp
  readonly options: NextAuthOptions
}

/** Finds the tenant of a request. */
export type FindTenant = (request: TenantRequest) => Promise<Tenant>

/**
 * Makes a {@link FindTenant}. Options that do not exist throw {@link ConfigurationError} at once where they
 * are given at once; what they say is read at the first request.
 */
export function createTenantFinder(source: OptionsSource): FindTenant {
  if (typeof source === 'function') return async (request) => open(await source(request))
  const options = backendOptions(source)
  // Only the names are checked: a build has no secrets.
  createBackendApp(options)
  const name = nameOptions(options)
  return async () => ({ app: shareApp(options, name), options: source })
}

function open(options: NextAuthOptions): Tenant {
  return { app: shareApp(backendOptions(options)), options }
}

function backendOptions({ interrupts: _interrupts, ...options }: NextAuthOptions): NextAuthOptions {
  return options
}
