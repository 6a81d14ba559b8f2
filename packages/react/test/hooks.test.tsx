import { TrefoilError } from '@trefoil/core'
import { createTestSession } from '@trefoil/react/testing'
import {
  AuthProvider,
  type Auth,
  Protect,
  SignedIn,
  useAccessToken,
  useAuth,
  useFlag,
  useOrganization,
  usePermission,
  useUser,
} from '@trefoil/react'
import { act, cleanup, render, renderHook, screen } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createPlayedStore, type PlayedStore } from './store.ts'

afterEach(cleanup)

function under(store: PlayedStore): { wrapper: (props: { children: ReactNode }) => ReactNode } {
  return { wrapper: ({ children }) => <AuthProvider store={store}>{children}</AuthProvider> }
}

const owner = createTestSession({
  user: { name: 'Olivia Owner' },
  organization: { code: 'org_acme', name: 'Acme' },
  permissions: ['read:reports'],
  flags: { theme: 'dark', max_projects: 10, layout: { columns: 3 } },
})
// As a renewal gives it: the same claims in new objects, and a later expiry.
const renewed = { ...structuredClone(owner), accessTokenExpiresAt: 4_200_000_000 }

describe('without a provider', () => {
  const hooks: Record<string, () => unknown> = {
    'useAuth()': () => useAuth(),
    'useUser()': () => useUser(),
    'useOrganization()': () => useOrganization(),
    'usePermission()': () => usePermission('read:reports'),
    'useFlag()': () => useFlag('theme', 'light'),
    'useAccessToken()': () => useAccessToken(),
  }

  it.each(Object.entries(hooks))('%s says what is missing', (name, hook) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const attempt = (): unknown => renderHook(hook)
    expect(attempt).toThrow(`${name} finds no <AuthProvider> above it`)
    expect(attempt).toThrow(expect.objectContaining({ code: 'configuration_invalid' }))
    vi.restoreAllMocks()
  })
})

describe('useAuth', () => {
  it('goes from loading to a user, who is there for whoever asks isAuthenticated', () => {
    const store = createPlayedStore()
    const { result } = renderHook(() => useAuth(), under(store))
    expect(result.current).toMatchObject({
      status: 'loading',
      isLoading: true,
      isAuthenticated: false,
      user: null,
    })
    act(() => store.signIn(owner))
    const auth: Auth = result.current
    expect(auth.isAuthenticated && auth.user.name).toBe('Olivia Owner')
    expect(auth).toMatchObject({ isLoading: false, organization: { code: 'org_acme' } })
    act(() => store.signOut())
    expect(result.current).toMatchObject({ status: 'unauthenticated', session: null })
  })

  it('answers about rights, and denies what is unknown', () => {
    const store = createPlayedStore({ status: 'authenticated', session: owner })
    const { result } = renderHook(() => useAuth(), under(store))
    expect(result.current.can('read:reports')).toBe(true)
    expect(result.current.can('write:reports')).toBe(false)
    expect(result.current.meets({ organization: 'org_acme' })).toBe(true)
    expect(result.current.meets({ organization: 'org_globex' })).toBe(false)
    expect(result.current.flag('theme', 'light')).toBe('dark')
    expect(result.current.flag('max_projects', 'none')).toBe('none')
  })

  it('tells an error, and that the session may be old', () => {
    const store = createPlayedStore({ status: 'authenticated', session: owner })
    const { result } = renderHook(() => useAuth(), under(store))
    const error = new TrefoilError('provider_unavailable')
    act(() => store.say({ error, isStale: true }))
    expect(result.current).toMatchObject({ error, isStale: true, isAuthenticated: true })
  })

  it('keeps its identity while nothing changes, and its actions for good', () => {
    const store = createPlayedStore()
    const { result, rerender } = renderHook(() => useAuth(), under(store))
    const first = result.current
    rerender()
    expect(result.current).toBe(first)
    act(() => store.signIn(owner))
    expect(result.current).not.toBe(first)
    const names = [
      'login',
      'register',
      'logout',
      'switchOrganization',
      'createOrganization',
      'refresh',
    ] as const
    for (const name of names) expect(result.current[name]).toBe(first[name])
  })

  it('acts on the store, with functions that can be handed on', async () => {
    const store = createPlayedStore()
    const { result } = renderHook(() => useAuth(), under(store))
    const { login, register, logout, switchOrganization, createOrganization, refresh } =
      result.current
    await login({ returnTo: '/a' })
    await register({ loginHint: 'a@example.com' })
    await switchOrganization('org_globex', { returnTo: '/b' })
    await createOrganization({ name: 'Initech' })
    await refresh()
    await logout()
    expect(store.login).toHaveBeenCalledExactlyOnceWith({ returnTo: '/a' })
    expect(store.register).toHaveBeenCalledExactlyOnceWith({ loginHint: 'a@example.com' })
    expect(store.switchOrganization).toHaveBeenCalledExactlyOnceWith('org_globex', {
      returnTo: '/b',
    })
    expect(store.createOrganization).toHaveBeenCalledExactlyOnceWith({ name: 'Initech' })
    expect(store.refresh).toHaveBeenCalledOnce()
    expect(store.logout).toHaveBeenCalledOnce()
  })
})

describe('the hooks for one value', () => {
  it('give nothing and deny while the session loads', () => {
    const wrapper = under(createPlayedStore())
    expect(renderHook(() => useUser(), wrapper).result.current).toBeNull()
    expect(renderHook(() => useOrganization(), wrapper).result.current).toBeNull()
    expect(renderHook(() => usePermission('read:reports'), wrapper).result.current).toBe(false)
    expect(renderHook(() => useFlag('theme', 'light'), wrapper).result.current).toBe('light')
  })

  it('follow the session, also when the key changes', () => {
    const store = createPlayedStore()
    const { result, rerender } = renderHook(
      ({ permission }: { permission: string }) => usePermission(permission),
      { ...under(store), initialProps: { permission: 'read:reports' } },
    )
    act(() => store.signIn(owner))
    expect(result.current).toBe(true)
    rerender({ permission: 'write:reports' })
    expect(result.current).toBe(false)
    act(() => store.signIn({ ...owner, permissions: ['write:reports'] }))
    expect(result.current).toBe(true)
  })

  it.each([
    ['useUser', () => useUser()],
    ['useOrganization', () => useOrganization()],
    ['useFlag with an object', () => useFlag('layout', { columns: 1 })],
  ])('%s keeps its identity over a renewal', (_name, hook: () => unknown) => {
    const store = createPlayedStore({ status: 'authenticated', session: owner })
    const { result } = renderHook(hook, under(store))
    const before = result.current
    expect(before).toMatchObject({})
    act(() => store.signIn(renewed))
    expect(result.current).toBe(before)
  })

  it('useFlag takes a fallback that is a new object at every render', () => {
    const store = createPlayedStore({ status: 'unauthenticated' })
    const { result, rerender } = renderHook(() => useFlag('layout', { columns: 1 }), under(store))
    const first = result.current
    rerender()
    expect(result.current).toBe(first)
  })

  it('render nobody again when something unrelated changes', () => {
    const store = createPlayedStore({ status: 'authenticated', session: owner })
    const renders = { permission: 0, user: 0, flag: 0, protect: 0, auth: 0 }
    const count = (name: keyof typeof renders): null => {
      renders[name] += 1
      return null
    }
    const Permission = (): ReactNode => (usePermission('read:reports'), count('permission'))
    const User = (): ReactNode => (useUser(), count('user'))
    const Flag = (): ReactNode => (useFlag('theme', 'light'), count('flag'))
    const Whole = (): ReactNode => (useAuth(), count('auth'))
    const Guarded = (): ReactNode => count('protect')
    render(
      <AuthProvider store={store}>
        <Permission />
        <User />
        <Flag />
        <Whole />
        <Protect require={{ permissions: ['read:reports'] }}>
          <Guarded />
        </Protect>
      </AuthProvider>,
    )
    act(() => store.signIn(renewed))
    act(() => store.say({ isStale: true }))
    expect(renders).toEqual({ permission: 1, user: 1, flag: 1, protect: 1, auth: 3 })
    act(() => store.signIn({ ...renewed, permissions: [] }))
    expect(renders).toEqual({ permission: 2, user: 1, flag: 1, protect: 1, auth: 4 })
  })

  it('UI-05 show markup in claims as text', () => {
    const name = '<img src=x onerror="alert(1)">'
    const store = createPlayedStore({
      status: 'authenticated',
      session: createTestSession({ user: { name } }),
    })
    const Name = (): ReactNode => <p>{useUser()?.name}</p>
    const { container } = render(<Name />, under(store))
    expect(screen.getByText(name)).toBeDefined()
    expect(container.querySelector('img')).toBeNull()
  })

  it('leave the store when they go', () => {
    const store = createPlayedStore()
    const { unmount } = render(
      <StrictMode>
        <AuthProvider store={store}>
          <SignedIn>Hello</SignedIn>
        </AuthProvider>
      </StrictMode>,
    )
    expect(store.countListeners()).toBe(1)
    unmount()
    expect(store.countListeners()).toBe(0)
  })
})

describe('useAccessToken', () => {
  it('refuses with a server session, where the tokens stay on the server', async () => {
    const { result } = renderHook(() => useAccessToken(), under(createPlayedStore()))
    await expect(result.current.getAccessToken()).rejects.toMatchObject({
      code: 'feature_unavailable',
    })
    await expect(result.current.fetch('https://api.example')).rejects.toMatchObject({
      code: 'feature_unavailable',
    })
  })
})
