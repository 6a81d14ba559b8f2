import type { Session, SetCookie } from '@trefoil/core'
import {
  type Authentication,
  type BackendApp,
  type BackendOptions,
  createBackendApp,
} from '@trefoil/core/backend'

export const options: BackendOptions = {
  issuer: 'http://localhost:1',
  clientId: 'express-test',
  clientSecret: 'a'.repeat(40),
  siteUrl: 'http://localhost:3000',
  secret: 'tests-only-0123456789-abcdefghijklmnop',
  env: {},
}

export const session: Session = {
  user: {
    id: 'kp_1',
    name: 'Olivia Owner',
    givenName: null,
    familyName: null,
    email: 'owner@example.com',
    emailVerified: null,
    picture: null,
  },
  organization: null,
  organizations: [],
  permissions: ['read:reports'],
  roles: ['owner'],
  flags: { theme: 'dark' },
  scopes: [],
  authenticatedAt: 0,
  expiresAt: 9e9,
  accessTokenExpiresAt: 9e9,
}

export const cookie: SetCookie = {
  name: 'trefoil.session',
  value: 'renewed',
  path: '/',
  secure: false,
  httpOnly: true,
  sameSite: 'lax',
}

/** A real app whose sessions are given: `refresh` and `read` are counted. */
export function scriptApp(parts: Partial<Authentication> = {}): BackendApp & { calls: string[] } {
  const calls: string[] = []
  const authentication: Authentication = {
    session,
    state: 'current',
    cookies: [],
    headers: {},
    getAccessToken: () => 'access-token',
    ...parts,
  }
  return {
    ...createBackendApp(options),
    calls,
    async read() {
      calls.push('read')
      return { ...authentication, cookies: [] }
    },
    async refresh(_view, { force = false } = {}) {
      calls.push(force ? 'refresh:force' : 'refresh')
      return authentication
    },
  }
}
