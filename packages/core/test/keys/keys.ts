// Checked by `typecheck`, in a program of its own: what is declared here counts for a whole program.
import {
  decide,
  type FlagKey,
  getFlag,
  hasPermission,
  hasRole,
  type PermissionKey,
  type Requirement,
  type RoleKey,
} from '../../src/index.ts'

declare module '../../src/index.ts' {
  interface Keys {
    permission: 'read:reports' | 'write:reports'
    role: 'owner'
    flag: 'beta_dashboard' | 'theme'
  }
}

const permission: PermissionKey = 'write:reports'
const role: RoleKey = 'owner'
const flag: FlagKey = 'theme'
const requirement: Requirement = {
  permissions: ['read:reports'],
  anyPermission: [permission],
  roles: [role],
  flags: ['beta_dashboard'],
  organization: 'org_any',
  scopes: ['any'],
}
decide(null, requirement)
hasPermission(null, permission)
hasRole(null, role)

// A fallback says which type comes out.
const beta: boolean = getFlag(null, 'beta_dashboard', false)
const theme: string = getFlag(null, flag, 'light')
const limit: number = getFlag(null, flag, 10)
export const values: readonly unknown[] = [beta, theme, limit]

// @ts-expect-error -- misspelled
hasPermission(null, 'read:report')
// @ts-expect-error -- misspelled
hasRole(null, 'ownr')
// @ts-expect-error -- misspelled
getFlag(null, 'beta_dashbord', false)
// @ts-expect-error -- misspelled
decide(null, { permissions: ['read:report'] })
// @ts-expect-error -- misspelled
decide(null, { anyPermission: ['read:reports', 'raed:reports'] })
// @ts-expect-error -- misspelled
decide(null, { roles: ['admin'] })
// @ts-expect-error -- misspelled
decide(null, { flags: ['beta_dashbord'] })
// @ts-expect-error -- a member that does not exist
decide(null, { permission: ['read:reports'] })
// @ts-expect-error -- a text is no number
export const wrong: number = getFlag(null, 'theme', 'light')
