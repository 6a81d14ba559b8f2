'use client'

import { LoginLink } from '@trefoil/next/client'
import type { ReactNode } from 'react'
import { ErrorPage } from '../../components/error-page.tsx'

/** The last resort: the log has the error, and the digest of one of Trefoil's is its code. */
export default function Failure({
  error,
}: {
  readonly error: Error & { readonly digest?: string }
}): ReactNode {
  const isOver = error.digest === 'not_authenticated' || error.digest === 'access_token_expired'
  return (
    <ErrorPage
      title={isOver ? 'Your session is over' : 'Something went wrong'}
      code={error.digest ?? 'unknown'}
      message={isOver ? 'Sign in again to go on.' : 'The trouble is on our side. Try again.'}
    >
      {isOver && (
        <p>
          <LoginLink className="button">Sign in</LoginLink>
        </p>
      )}
    </ErrorPage>
  )
}
