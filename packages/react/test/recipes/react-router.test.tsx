import { AuthProvider, Protect, useUser } from '@trefoil/react'
import { createTestSession } from '@trefoil/react/testing'
import { act, cleanup, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { createMemoryRouter, redirect, RouterProvider, useLoaderData } from 'react-router'
import { afterEach, describe, expect, it } from 'vitest'
import { defer } from '../deferred.ts'
import { createPlayedApp, type PlayedApp } from '../store.ts'

afterEach(cleanup)

const owner = createTestSession({ user: { name: 'Olivia' }, permissions: ['read:reports'] })

function Dashboard(): ReactNode {
  return <h1>{useUser()?.name}</h1>
}

function Reports(): ReactNode {
  const { secret } = useLoaderData<{ secret: string }>()
  return (
    <Protect require={{ permissions: ['read:reports'] }} fallback="refused">
      {secret}
    </Protect>
  )
}

/** The recipe of the README, over a router in memory. */
function createSite(auth: PlayedApp, path: string) {
  const requireUser = async (): Promise<{ secret: string }> => {
    await auth.start()
    if (auth.getSnapshot().session === null) throw redirect('/welcome')
    return { secret: 'revenue' }
  }
  const router = createMemoryRouter(
    [
      { path: '/', element: <h1>Home</h1>, HydrateFallback: () => null },
      { path: '/welcome', element: <h1>Sign in first</h1> },
      { path: '/callback', element: <p>One moment</p> },
      { path: '/dashboard', loader: requireUser, Component: Dashboard },
      { path: '/reports', loader: requireUser, Component: Reports },
    ].map((route) => ({ HydrateFallback: () => null, ...route })),
    { initialEntries: [path] },
  )
  return {
    router,
    onReturn: async (to: string) => router.navigate(to, { replace: true }),
    page: (
      <AuthProvider store={auth}>
        <RouterProvider router={router} />
      </AuthProvider>
    ),
  }
}

describe('React Router in data mode', () => {
  it('a loader waits until it is known who is there', async () => {
    const auth = createPlayedApp()
    const known = defer<undefined>()
    auth.start = async () => known.promise
    const { page, router } = createSite(auth, '/dashboard')
    await act(async () => render(page))
    expect(screen.queryByRole('heading')).toBeNull()
    await act(async () => {
      auth.signIn(owner)
      known.resolve(undefined)
    })
    await screen.findByRole('heading', { name: 'Olivia' })
    expect(router.state.location.pathname).toBe('/dashboard')
  })

  it('a loader sends nobody to the page that asks to sign in', async () => {
    const { page, router } = createSite(createPlayedApp({ status: 'unauthenticated' }), '/reports')
    await act(async () => render(page))
    await screen.findByRole('heading', { name: 'Sign in first' })
    expect(router.state.location.pathname).toBe('/welcome')
  })

  it('the page that a login began on is shown by the router, which replaces the callback', async () => {
    const auth = createPlayedApp({ status: 'authenticated', session: owner })
    const { page, router, onReturn } = createSite(auth, '/callback?code=c&state=s')
    await act(async () => render(page))
    await act(async () => onReturn('/dashboard?tab=rights#top'))
    await screen.findByRole('heading', { name: 'Olivia' })
    const { pathname, search, hash } = router.state.location
    expect(pathname + search + hash).toBe('/dashboard?tab=rights#top')
    expect(router.state.historyAction).toBe('REPLACE')
  })

  it('a sign-out in another tab hides the page at once', async () => {
    const auth = createPlayedApp({ status: 'authenticated', session: owner })
    const { page } = createSite(auth, '/reports')
    await act(async () => render(page))
    await screen.findByText('revenue')
    act(() => auth.signOut())
    expect(document.body.textContent).toBe('refused')
  })
})
