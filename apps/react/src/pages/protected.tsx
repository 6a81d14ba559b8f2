import { describeMissing, type Requirement } from '@trefoil/core'
import { LoginLink, Protect, RedirectToLogin, type Refusal } from '@trefoil/react'
import type { ReactNode } from 'react'
import { ErrorPage, Page } from '../page.tsx'

interface ProtectedProps {
  readonly title: string
  readonly require?: Requirement
  readonly children: ReactNode
}

/** A page for who is signed in and has the rights: others go to the login, or read what they lack. */
export function Protected({ title, require = {}, children }: ProtectedProps): ReactNode {
  return (
    <Protect
      require={require}
      loading={<Page title={title} />}
      fallback={(refusal) => <Refused refusal={refusal} />}
    >
      <Page title={title}>{children}</Page>
    </Protect>
  )
}

function Refused({ refusal }: { readonly refusal: Refusal }): ReactNode {
  if (refusal.reason === 'not_authenticated') {
    // It goes to the login, or says why not: after a failure, and after a sign-out.
    return (
      <RedirectToLogin>
        {(error) => (
          <Page title={error?.title ?? 'You have been signed out'}>
            <p>{error?.wayOut ?? 'Sign in again to go on.'}</p>
            <LoginLink className="button">Sign in</LoginLink>
          </Page>
        )}
      </RedirectToLogin>
    )
  }
  return (
    <ErrorPage
      title="This is not yours to see"
      code={refusal.reason}
      message={describeMissing(refusal.missing)}
    >
      <p>Ask an administrator for the right, or switch to another organization.</p>
    </ErrorPage>
  )
}
