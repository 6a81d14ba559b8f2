import { useAccessToken, useAuth } from '@trefoil/react'
import { createTestSession, TestAuthProvider } from '@trefoil/react/testing'
import { cleanup, render, renderHook, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'

afterEach(cleanup)

describe('createTestSession', () => {
  it('is somebody without any right, but for what is given', () => {
    expect(createTestSession()).toMatchObject({
      user: { name: 'Test User' },
      organization: null,
      permissions: [],
      flags: {},
    })
    const acme = { code: 'org_acme', name: 'Acme' }
    expect(
      createTestSession({ organization: acme, roles: ['owner'], user: { name: 'Olivia' } }),
    ).toMatchObject({
      user: { name: 'Olivia', email: 'user@example.com' },
      organization: acme,
      organizations: [acme],
      roles: ['owner'],
    })
  })
})

describe('TestAuthProvider', () => {
  it('keeps its session over renders, though the element has a new object each time', () => {
    const { result, rerender } = renderHook(() => useAuth(), {
      wrapper: ({ children }: { children: ReactNode }) => (
        <TestAuthProvider session={{ permissions: ['read:reports'] }}>{children}</TestAuthProvider>
      ),
    })
    const first = result.current
    rerender()
    expect(result.current).toBe(first)
    expect(first.can('read:reports')).toBe(true)
  })

  it('changes with the session that it is given', () => {
    const Name = (): ReactNode => {
      const { user, status } = useAuth()
      return <p>{user?.name ?? status}</p>
    }
    const show = (session: { user: { name: string } } | null): ReactNode => (
      <TestAuthProvider session={session}>
        <Name />
      </TestAuthProvider>
    )
    const { rerender } = render(show({ user: { name: 'Olivia' } }))
    rerender(show({ user: { name: 'Max' } }))
    expect(screen.getByText('Max')).toBeDefined()
    rerender(show(null))
    expect(screen.getByText('unauthenticated')).toBeDefined()
  })

  it('answers calls to an API as the test says, and with no token that is one', async () => {
    const answer = vi.fn(async () => Response.json([]))
    const accessToken = { fetch: answer }
    const { result } = renderHook(() => useAccessToken(), {
      wrapper: ({ children }: { children: ReactNode }) => (
        <TestAuthProvider session={{}} accessToken={accessToken}>
          {children}
        </TestAuthProvider>
      ),
    })
    await result.current.fetch('https://api.example/reports')
    expect(answer).toHaveBeenCalledExactlyOnceWith('https://api.example/reports')
    await expect(result.current.getAccessToken()).resolves.toBe('access-token-of-a-test')
  })

  it('tells what the components below do', async () => {
    const onAction = vi.fn()
    const { result } = renderHook(() => useAuth(), {
      wrapper: ({ children }: { children: ReactNode }) => (
        <TestAuthProvider session={null} onAction={onAction}>
          {children}
        </TestAuthProvider>
      ),
    })
    await result.current.login({ returnTo: '/a' })
    await result.current.logout()
    expect(onAction.mock.calls).toEqual([
      [{ name: 'login', parameters: [{ returnTo: '/a' }] }],
      [{ name: 'logout', parameters: [] }],
    ])
  })
})
