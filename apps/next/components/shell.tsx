import { LoginLink, LogoutLink, RegisterLink, SignedIn, SignedOut } from '@trefoil/next/client'
import type { ReactNode } from 'react'
import { Navigation } from './navigation.tsx'

/** The frame of all pages, of both routers; it stands inside an `AuthProvider`. */
export function Shell({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="top">
        <a className="brand" href="/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Trefoil <span>with Next.js</span>
        </a>
        <Navigation />
        <div className="account">
          <SignedIn>
            <LogoutLink className="quiet" data-testid="logout">
              Sign out
            </LogoutLink>
          </SignedIn>
          <SignedOut>
            <LoginLink className="button quiet" data-testid="login">
              Sign in
            </LoginLink>
            <RegisterLink className="button" data-testid="register">
              Register
            </RegisterLink>
          </SignedOut>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer>
        <p>
          A demo of <code>@trefoil/next</code>. Its whole code is a few short files: copy it and
          start.
        </p>
      </footer>
    </>
  )
}
