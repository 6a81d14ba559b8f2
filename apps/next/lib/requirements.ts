import type { Requirement } from '@trefoil/core'

/** What each part of this application needs beside a session: its guard and its refusal read it here. */
export const requirements = {
  reports: { permissions: ['read:reports'] },
  beta: { flags: ['beta_dashboard'] },
  addNote: { permissions: ['write:reports'] },
} satisfies Record<string, Requirement>
