import { LoginLink, LogoutLink, RegisterLink, SignedIn, SignedOut, useAuth } from '@trefoil/react'
import type { ReactNode } from 'react'
import { NavLink, Outlet } from 'react-router'
import { SignInFailed } from './pages/sign-in-failed.tsx'

const links = [
  ['/', 'Home'],
  ['/dashboard', 'Dashboard'],
  ['/reports', 'Reports'],
  ['/graphql', 'GraphQL'],
  ['/beta', 'Beta'],
  ['/organizations', 'Organizations'],
] as const

/** The frame of all pages. */
export function Layout(): ReactNode {
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="top">
        <a className="brand" href="/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          Trefoil <span>with React</span>
        </a>
        <nav aria-label="Pages">
          <ul>
            {links.map(([path, label]) => (
              <li key={path}>
                <NavLink to={path} end>
                  {label}
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <Account />
      </header>
      <main id="main" tabIndex={-1}>
        <Content />
      </main>
      <footer>
        <p>
          A demo of <code>@trefoil/react</code>. Its whole code is a few short files: copy it and
          start.
        </p>
      </footer>
    </>
  )
}

function Account(): ReactNode {
  return (
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
  )
}

// A sign-in that failed is told before anything else: no page may answer it with another sign-in.
function Content(): ReactNode {
  const { error, isStale } = useAuth()
  if (error && !isStale) return <SignInFailed error={error} />
  return (
    <>
      {isStale && (
        <p className="notice" role="status">
          The provider cannot be reached. You are still signed in, and what you see may be old.
        </p>
      )}
      <Outlet />
    </>
  )
}
