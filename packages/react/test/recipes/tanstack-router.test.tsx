import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
  RouterProvider,
} from '@tanstack/react-router'
import { AuthProvider, useUser } from '@trefoil/react'
import { createTestSession } from '@trefoil/react/testing'
import { act, cleanup, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { createPlayedApp, type PlayedApp } from '../store.ts'

afterEach(cleanup)

const owner = createTestSession({ user: { name: 'Olivia' } })

function Dashboard(): ReactNode {
  return <h1>{useUser()?.name}</h1>
}

/** The recipe of the README, over a router in memory. */
function createSite(auth: PlayedApp, path: string) {
  const requireUser = async (): Promise<void> => {
    await auth.start()
    if (auth.getSnapshot().session === null) throw redirect({ to: '/welcome' })
  }
  const root = createRootRoute()
  const parent = (): typeof root => root
  const routeTree = root.addChildren([
    createRoute({
      getParentRoute: parent,
      path: '/welcome',
      component: () => <h1>Sign in first</h1>,
    }),
    createRoute({ getParentRoute: parent, path: '/callback', component: () => <p>One moment</p> }),
    createRoute({
      getParentRoute: parent,
      path: '/dashboard',
      beforeLoad: requireUser,
      component: Dashboard,
    }),
  ])
  const router = createRouter({
    routeTree,
    history: createMemoryHistory({ initialEntries: [path] }),
  })
  return {
    router,
    onReturn: async (href: string) => router.navigate({ href, replace: true }),
    page: (
      <AuthProvider store={auth}>
        <RouterProvider router={router} />
      </AuthProvider>
    ),
  }
}

describe('TanStack Router', () => {
  it('sends nobody to the page that asks to sign in', async () => {
    const { page, router } = createSite(
      createPlayedApp({ status: 'unauthenticated' }),
      '/dashboard',
    )
    await act(async () => render(page))
    await screen.findByRole('heading', { name: 'Sign in first' })
    expect(router.state.location.pathname).toBe('/welcome')
  })

  it('the page that a login began on is shown by the router, which replaces the callback', async () => {
    const auth = createPlayedApp({ status: 'authenticated', session: owner })
    const { page, router, onReturn } = createSite(auth, '/callback')
    await act(async () => render(page))
    await act(async () => onReturn('/dashboard?tab=rights#top'))
    await screen.findByRole('heading', { name: 'Olivia' })
    expect(router.state.location.href).toBe('/dashboard?tab=rights#top')
    expect(router.history.length).toBe(1)
  })
})
