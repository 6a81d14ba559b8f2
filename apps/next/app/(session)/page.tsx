import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { auth } from '../../lib/auth.ts'

export const metadata: Metadata = { title: 'Welcome' }

export default async function Home(): Promise<ReactNode> {
  const session = await auth.session()
  return (
    <>
      <h1>Welcome</h1>
      {session ? (
        <p className="lead">
          You are signed in as{' '}
          <strong data-testid="user-name">{session.user.name ?? session.user.email}</strong>.
        </p>
      ) : (
        <p className="lead">
          You are signed out. Sign in, or open a page below: it brings you back after the login.
        </p>
      )}
      <h2>What there is to see</h2>
      <ul className="cards">
        {stops.map(([path, label, text]) => (
          <li key={path} className="card">
            {path.startsWith('/api/') ? (
              <a href={path}>{label}</a>
            ) : (
              <Link href={path} prefetch={false}>
                {label}
              </Link>
            )}
            <p>{text}</p>
          </li>
        ))}
      </ul>
    </>
  )
}

const stops = [
  ['/dashboard', 'Dashboard', 'For everyone who is signed in: who you are and what you may do.'],
  [
    '/reports',
    'Reports',
    'Needs the permission read:reports. Calls an API with your access token.',
  ],
  ['/beta', 'Beta', 'Needs the feature flag beta_dashboard.'],
  ['/organizations', 'Organizations', 'Switch to another organization, or create one.'],
  ['/machine', 'Machine', 'What this server fetched with a token of its own. Public.'],
  ['/notes', 'Notes', 'A server action. Writing needs the permission write:reports.'],
  ['/pages-router', 'Pages Router', 'The same session in getServerSideProps.'],
  ['/static', 'Static', 'Made by the build, the same for everyone; a client component knows you.'],
  ['/api/me', '/api/me', 'Your session as JSON: claims, no tokens. 401 when signed out.'],
  ['/api/reports', '/api/reports', 'The reports as JSON. 401 or 403 without the right.'],
] as const
