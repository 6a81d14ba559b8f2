// Checked by `typecheck`, in a program of its own: what is declared here counts for a whole program.
import { definePageMeta } from '../../node_modules/nuxt/dist/pages/runtime/composables'
import type { H3Event } from 'h3'
import { useAuth, useFlag, usePermission } from '../../src/runtime/app/use-auth'
import { requireBearer } from '../../src/runtime/server/bearer'
import { requireAuth } from '../../src/runtime/server/session'

declare module '@trefoil/core' {
  interface Keys {
    permission: 'read:reports' | 'write:reports'
    flag: 'beta_dashboard' | 'theme'
  }
}

export function pages(): void {
  definePageMeta({ auth: true })
  definePageMeta({ auth: false })
  definePageMeta({ auth: { permissions: ['read:reports'], flags: ['beta_dashboard'] } })
  // @ts-expect-error -- misspelled
  definePageMeta({ auth: { permissions: ['read:report'] } })
  // @ts-expect-error -- misspelled
  definePageMeta({ auth: { flags: ['beta_dashbord'] } })
  // @ts-expect-error -- no member of a requirement
  definePageMeta({ auth: { permission: ['read:reports'] } })
  // @ts-expect-error -- neither a boolean nor a requirement
  definePageMeta({ auth: 'read:reports' })
}

export async function handlers(event: H3Event): Promise<void> {
  await requireAuth(event, { permissions: ['read:reports'] })
  event.context.auth.can('write:reports')
  // @ts-expect-error -- misspelled
  await requireAuth(event, { permissions: ['read:report'] })
  // @ts-expect-error -- misspelled
  await requireBearer(event, { permissions: ['read:report'] })
  // @ts-expect-error -- misspelled
  event.context.auth.can('read:report')
}

export function components(): void {
  const { can, flag, meets } = useAuth()
  usePermission('read:reports')
  useFlag('beta_dashboard', false)
  flag('theme', 'light')
  meets({ anyPermission: ['read:reports', 'write:reports'] })
  // @ts-expect-error -- misspelled
  usePermission('read:report')
  // @ts-expect-error -- misspelled
  can('read:report')
  // @ts-expect-error -- misspelled
  useFlag('beta_dashbord', false)
}
