// Checked by `typecheck`, in a program of its own: what is declared here counts for a whole program.
import { hasPermission } from '@trefoil/core'
import type { Request } from 'express'
import { getAuth, requireAuth } from '../../src/index.ts'

declare module '../../src/index.ts' {
  interface Keys {
    permission: 'read:reports'
    role: 'owner'
    flag: 'beta_dashboard'
  }
}

requireAuth({ permissions: ['read:reports'], roles: ['owner'], flags: ['beta_dashboard'] })
// @ts-expect-error -- misspelled
requireAuth({ permissions: ['read:report'] })
// What is declared here counts for the core too.
hasPermission(null, 'read:reports')
// @ts-expect-error -- misspelled
hasPermission(null, 'read:report')

export function readRights(req: Request): readonly unknown[] {
  const auth = getAuth(req)
  return [
    auth.can('read:reports'),
    // @ts-expect-error -- misspelled
    auth.can('raed:reports'),
    // @ts-expect-error -- misspelled
    auth.hasRole('ownr'),
    // @ts-expect-error -- misspelled
    auth.flag('beta_dashbord', false),
  ]
}
