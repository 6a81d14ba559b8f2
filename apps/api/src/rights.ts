import type { Requirement } from '@trefoil/core'

/**
 * What it takes to read the reports, the same in REST and GraphQL: of a machine the scope that it was
 * granted, of a user the permission in the organization.
 */
export function readingReports(caller: { readonly kind: string }): Requirement {
  const names = ['read:reports'] as const
  return caller.kind === 'machine' ? { scopes: names } : { permissions: names }
}
