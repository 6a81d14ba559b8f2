// Declares this application's keys once; a misspelled one then fails to compile.
declare module '@trefoil/core' {
  interface Keys {
    permission: 'read:reports' | 'write:reports' | 'manage:members'
    role: 'owner' | 'member'
    flag: 'beta_dashboard' | 'theme' | 'max_projects' | 'layout'
  }
}

export type { Keys } from '@trefoil/core'
