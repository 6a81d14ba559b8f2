import type { Session, User } from '@trefoil/core'

/** What a test says about a session; the rest has plain values. */
export type TestSession = Partial<Omit<Session, 'user'>> & { readonly user?: Partial<User> }

/**
 * Makes a session for tests and stories: somebody without any right, but for what is given.
 *
 * @example
 * createTestSession({ permissions: ['read:reports'], user: { name: 'Olivia Owner' } })
 */
export function createTestSession({ user, ...given }: TestSession = {}): Session {
  return {
    organization: null,
    organizations: given.organization ? [given.organization] : [],
    permissions: [],
    roles: [],
    flags: {},
    scopes: [],
    authenticatedAt: 1_767_225_600,
    expiresAt: 4_102_444_800,
    accessTokenExpiresAt: 4_102_444_800,
    ...given,
    user: {
      id: 'kp_test',
      name: 'Test User',
      givenName: 'Test',
      familyName: 'User',
      email: 'user@example.com',
      emailVerified: true,
      picture: null,
      ...user,
    },
  }
}
