import { type Session, TrefoilError } from '@trefoil/core'
import type { AuthSnapshot, AuthStore, FrontendApp } from '@trefoil/core/frontend'
import { vi } from 'vitest'

/** A store that a test plays: it says what the store says next, and sees what was asked for. */
export interface PlayedStore extends AuthStore {
  say(changes: Partial<AuthSnapshot>): void
  signIn(session: Session): void
  signOut(): void
  fail(error: TrefoilError): void
  countListeners(): number
}

const loading: AuthSnapshot = { status: 'loading', session: null, error: null, isStale: false }

export function createPlayedStore(initial: Partial<AuthSnapshot> = {}): PlayedStore {
  const listeners = new Set<() => void>()
  const first: AuthSnapshot = { ...loading, ...initial }
  let snapshot = first
  const say = (changes: Partial<AuthSnapshot>): void => {
    snapshot = { ...snapshot, ...changes }
    for (const listener of listeners) listener()
  }
  return {
    getSnapshot: () => snapshot,
    getServerSnapshot: () => first,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    login: vi.fn(async () => undefined),
    register: vi.fn(async () => undefined),
    logout: vi.fn(async () => undefined),
    switchOrganization: vi.fn(async () => undefined),
    createOrganization: vi.fn(async () => undefined),
    openPortal: vi.fn(async () => undefined),
    refresh: vi.fn(async () => undefined),
    say,
    signIn: (session) => say({ status: 'authenticated', session, error: null }),
    signOut: () => say({ status: 'unauthenticated', session: null }),
    fail: (error) => say({ status: 'unauthenticated', session: null, error }),
    countListeners: () => listeners.size,
  }
}

/** A front-end app that a test plays. */
export type PlayedApp = PlayedStore & FrontendApp

export function createPlayedApp(initial: Partial<AuthSnapshot> = {}): PlayedApp {
  const refuse = async (): Promise<never> => {
    throw new TrefoilError('not_authenticated')
  }
  return Object.assign(createPlayedStore(initial), {
    start: vi.fn(async () => undefined),
    stop: vi.fn(),
    handleRedirect: async () => undefined,
    getAccessToken: refuse,
    fetch: refuse,
  })
}
