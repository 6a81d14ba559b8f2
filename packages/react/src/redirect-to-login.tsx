'use client'

import type { TrefoilError } from '@trefoil/core'
import type { LoginRequest } from '@trefoil/core/frontend'
import { type ReactElement, type ReactNode, useEffect, useState } from 'react'
import { useAuthScope } from './auth-context.ts'
import { LoginLink } from './auth-links.tsx'
import { useSnapshot } from './use-snapshot.ts'

/** What {@link RedirectToLogin} takes. */
export interface RedirectToLoginProps extends LoginRequest {
  /** Shown when it goes nowhere, with the error if there is one. Default: what happened, and a link. */
  readonly children?: (error: TrefoilError | null) => ReactNode
}

/**
 * Goes to the sign-in page and comes back, as the fallback of a page that needs somebody.
 *
 * It goes nowhere after a sign-in that failed, because an error is never answered with another login,
 * and when the session ended under the page, because who signs out in one tab must not be signed in
 * again by another. Then it tells what happened, with a link to sign in.
 *
 * @example
 * <Protect fallback={<RedirectToLogin />}>
 *   <Dashboard />
 * </Protect>
 */
export function RedirectToLogin({
  children,
  ...request
}: RedirectToLoginProps): ReactElement | null {
  const { actions, hasSeenSession } = useAuthScope('<RedirectToLogin>')
  const { status, error } = useSnapshot('<RedirectToLogin>')
  const [hasEnded, setHasEnded] = useState(false)
  const mayGo = status === 'unauthenticated' && error === null
  useEffect(() => {
    if (!mayGo) return undefined
    let isShown = true
    // StrictMode takes an effect back at once and runs it again; only one of the two may go.
    queueMicrotask(() => {
      if (!isShown) return
      if (hasSeenSession()) setHasEnded(true)
      else actions.login(request).catch(() => undefined)
    })
    return () => {
      isShown = false
    }
    // The request is what it was when the page was shown.
  }, [mayGo, actions, hasSeenSession])
  if (status !== 'unauthenticated' || (error === null && !hasEnded)) return null
  return children ? <>{children(error)}</> : <Stopped error={error} />
}

function Stopped({ error }: { readonly error: TrefoilError | null }): ReactElement {
  return (
    <div role="alert">
      <p>
        <strong>{error?.title ?? 'You have been signed out'}</strong>
      </p>
      {error && <p>{error.message}</p>}
      <p>{error?.wayOut ?? 'Sign in again to go on.'}</p>
      <LoginLink>Sign in</LoginLink>
    </div>
  )
}
