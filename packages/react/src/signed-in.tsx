'use client'

import type { ReactElement, ReactNode } from 'react'
import { useSelection } from './use-selection.ts'

/**
 * Shows its children when somebody is signed in; nothing while that is not known.
 *
 * @example
 * <SignedIn><LogoutLink>Sign out</LogoutLink></SignedIn>
 */
export function SignedIn({ children }: { readonly children?: ReactNode }): ReactElement | null {
  const status = useSelection('<SignedIn>', (snapshot) => snapshot.status)
  return status === 'authenticated' ? <>{children}</> : null
}

/** Shows its children when nobody is signed in; nothing while that is not known. */
export function SignedOut({ children }: { readonly children?: ReactNode }): ReactElement | null {
  const status = useSelection('<SignedOut>', (snapshot) => snapshot.status)
  return status === 'unauthenticated' ? <>{children}</> : null
}
