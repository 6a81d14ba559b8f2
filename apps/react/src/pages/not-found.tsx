import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { ErrorPage } from '../page.tsx'

export function NotFound(): ReactNode {
  return (
    <ErrorPage title="Page not found" code="not_found" message="There is no page at this address.">
      <p>
        <Link to="/">Back to the start</Link>
      </p>
    </ErrorPage>
  )
}
