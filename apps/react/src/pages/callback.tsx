import type { ReactNode } from 'react'
import { Page } from '../page.tsx'

/** Where the provider sends the browser back. The sign-in goes on by itself, or ends in an error. */
export function Callback(): ReactNode {
  return (
    <Page title="Signing in">
      <p role="status">One moment, you are being signed in.</p>
      <p>
        <a href="/">Back to the start</a>
      </p>
    </Page>
  )
}
