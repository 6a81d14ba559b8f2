import Link from 'next/link'
import type { ReactNode } from 'react'
import { ErrorPage } from '../../components/error-page.tsx'

export default function NotFound(): ReactNode {
  return (
    <ErrorPage title="Page not found" code="not_found" message="There is no page at this address.">
      <p>
        <Link href="/">Back to the start</Link>
      </p>
    </ErrorPage>
  )
}
