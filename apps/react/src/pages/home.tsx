import { SignedIn, SignedOut, useUser } from '@trefoil/react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Page } from '../page.tsx'

const stops = [
  ['/dashboard', 'Dashboard', 'For everyone who is signed in: who you are and what you may do.'],
  [
    '/reports',
    'Reports',
    'Needs the permission read:reports. Calls an API with your access token.',
  ],
  ['/beta', 'Beta', 'Needs the feature flag beta_dashboard.'],
  ['/organizations', 'Organizations', 'Switch to another organization, or create one.'],
] as const

export function Home(): ReactNode {
  const user = useUser()
  return (
    <Page title="Welcome">
      <SignedIn>
        <p className="lead">
          You are signed in as <strong data-testid="user-name">{user?.name ?? user?.email}</strong>.
        </p>
      </SignedIn>
      <SignedOut>
        <p className="lead">
          You are signed out. Sign in, or open a page below: it brings you back after the login.
        </p>
      </SignedOut>
      <h2>What there is to see</h2>
      <ul className="cards">
        {stops.map(([path, label, text]) => (
          <li key={path} className="card">
            <Link to={path}>{label}</Link>
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </Page>
  )
}
