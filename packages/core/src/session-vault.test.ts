import { describe, expect, it } from 'vitest'
import { readFrontendConfig } from './frontend-config.ts'
import type { KeyStore } from './internal/page.ts'
import { createSessionVault, isLater } from './session-vault.ts'
import type { SessionRecord } from './session.ts'

const origin = 'https://app.example'
const issuer = 'https://tenant.kinde.test'

function createStore(): KeyStore {
  const entries = new Map<string, string>()
  return {
    read: (key) => entries.get(key),
    write: (key, value) => entries.set(key, value) !== undefined,
    remove: (key) => void entries.delete(key),
    keys: () => [...entries.keys()],
  }
}

function record(id: string, generation: number, startedAt: number): SessionRecord {
  return {
    id,
    generation,
    startedAt,
    user: {
      id: 'kp_1',
      name: null,
      givenName: null,
      familyName: null,
      email: null,
      emailVerified: null,
      picture: null,
    },
    rights: { organization: null, permissions: [], roles: [], flags: {}, scopes: [] },
    organizations: [],
    authenticatedAt: 1,
    nonce: 'nonce',
    createdAt: 1,
    touchedAt: 1,
    tokens: {
      accessToken: 'access',
      accessTokenExpiresAt: 1,
      renewAt: 1,
      refreshToken: `refresh-${generation}`,
    },
  }
}

describe('the place of a session over reloads', () => {
  const config = readFrontendConfig(
    { issuer, clientId: 'client-1', storage: 'browser-readable-by-any-script', env: {} },
    origin,
  )
  const open = (): ReturnType<typeof createSessionVault> =>
    createSessionVault({ tabStore: createStore(), browserStore: createStore() }, 'x:', config)

  it('keeps the newest, whoever writes last', () => {
    const vault = open()
    vault.write(record('a', 2, 1))
    vault.write(record('a', 1, 1))
    expect(vault.read()?.generation).toBe(2)
    vault.write(record('b', 0, 5))
    vault.write(record('a', 9, 1))
    expect(vault.read()?.id).toBe('b')
  })

  it('knows from the mark whether another tab is ahead, and holds no token in it', () => {
    const vault = open()
    expect([vault.isMarked(), vault.isBehind(record('a', 0, 1))]).toEqual([false, false])
    vault.mark(record('a', 3, 1))
    expect(vault.isBehind(record('a', 2, 1))).toBe(true)
    expect(vault.isBehind(record('a', 3, 1))).toBe(false)
    expect(vault.isBehind(record('b', 0, 1))).toBe(false)
    vault.unmark()
    expect(vault.isMarked()).toBe(false)
  })

  it('a later version takes the place of an earlier, and a later sign-in of any', () => {
    expect(isLater(record('a', 2, 1), record('a', 1, 1))).toBe(true)
    expect(isLater(record('a', 1, 1), record('a', 1, 1))).toBe(false)
    expect(isLater(record('b', 0, 2), record('a', 9, 1))).toBe(true)
    expect(isLater(record('b', 9, 1), record('a', 0, 2))).toBe(false)
  })
})
