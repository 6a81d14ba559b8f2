'use client'

import { LogoutLink, useAuth, usePermission } from '@trefoil/next/client'

export function Name() {
  const { user } = useAuth()
  const mayRead = usePermission('read:reports')
  return (
    <p>
      {user?.id} {String(mayRead)} <LogoutLink>Sign out</LogoutLink>
    </p>
  )
}
