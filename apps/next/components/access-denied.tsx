import { AccessDeniedError, type Requirement } from '@trefoil/next'
import type { ReactNode } from 'react'
import { ErrorPage } from './error-page.tsx'

/** What a `forbidden.tsx` shows: Next tells it nothing, so each one says what its pages need. */
export function AccessDenied({ need }: { readonly need: Requirement }): ReactNode {
  const { title, code, message, wayOut } = new AccessDeniedError(need)
  return (
    <ErrorPage title={title} code={code} message={message}>
      <p>{wayOut}</p>
    </ErrorPage>
  )
}
