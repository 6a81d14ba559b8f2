import { ProviderError, type TrefoilError } from '@trefoil/core'
import { LoginLink } from '@trefoil/react'
import type { ReactNode } from 'react'
import { ErrorPage } from '../page.tsx'

/** What went wrong with a sign-in, and the way out. */
export function SignInFailed({ error }: { readonly error: TrefoilError }): ReactNode {
  // The provider's own code says more, such as access_denied.
  const code = error instanceof ProviderError ? error.error : error.code
  return (
    <ErrorPage title={error.title} code={code} message={error.message}>
      <p>{error.wayOut}</p>
      <p>
        <LoginLink returnTo="/" className="button">
          Sign in
        </LoginLink>{' '}
        <a href="/">Back to the start</a>
      </p>
    </ErrorPage>
  )
}
