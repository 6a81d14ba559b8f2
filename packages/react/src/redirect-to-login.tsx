'use client'

import type { LoginRequest } from '@trefoil/core/frontend'
import { type ReactElement, useEffect } from 'react'
import { useAuthScope } from './auth-context.ts'
import { LoginLink } from './auth-links.tsx'
import { useSnapshot } from './use-snapshot.ts'

/**
 * Goes to the sign-in page and comes back, as the fallback of a page that needs somebody. After a
 * sign-in that failed it goes nowhere and tells what happened, with a link to try again: an error is
 * never answered with another login.
 *
 * @example
 * <Protect fallback={<RedirectToLogin />}>
 *   <Dashboard />
 * </Protect>
 */
export function RedirectToLogin(request: LoginRequest): ReactElement | null {
  const { actions } = useAuthScope('<RedirectToLogin>')
  const { status, error } = useSnapshot('<RedirectToLogin>')
  const mayGo = status === 'unauthenticated' && error === null
  useEffect(() => {
    if (!mayGo) return undefined
    let isShown = true
    // StrictMode takes an effect back at once and runs it again; only one of the two may go.
    queueMicrotask(() => {
      if (isShown) actions.login(request).catch(() => undefined)
    })
    return () => {
      isShown = false
    }
    // The request is what it was when the page was shown.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [mayGo, actions])
  if (error === null) return null
  return (
    <div role="alert">
      <p>
        <strong>{error.title}</strong>
      </p>
      <p>{error.message}</p>
      <p>{error.wayOut}</p>
      <LoginLink {...request}>Try again</LoginLink>
    </div>
  )
}
