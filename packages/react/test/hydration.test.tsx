import {
  AuthProvider,
  LoginLink,
  LogoutLink,
  Protect,
  SignedIn,
  SignedOut,
  useUser,
} from '@trefoil/react'
import { createTestSession } from '@trefoil/react/testing'
import { act } from '@testing-library/react'
import { type ReactNode, StrictMode, Suspense, version } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderWhole } from './render-to-text.ts'

const session = createTestSession({ user: { name: 'Olivia' } })
afterEach(() => {
  vi.restoreAllMocks()
  document.body.replaceChildren()
})

function Page(): ReactNode {
  const user = useUser()
  return (
    <>
      <p>{user?.name ?? 'somebody'}</p>
      <SignedIn>
        <LogoutLink>Sign out</LogoutLink>
      </SignedIn>
      <SignedOut>
        <LoginLink>Sign in</LoginLink>
      </SignedOut>
      <Protect loading="one moment" fallback="refused">
        secret
      </Protect>
    </>
  )
}

/** Hydrates markup of a server and gives all that React complains about. */
async function hydrate(html: string, page: ReactNode): Promise<unknown[]> {
  const complaints: unknown[] = []
  vi.spyOn(console, 'error').mockImplementation((...words: unknown[]) => complaints.push(words))
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = html
  const root = await act(async () =>
    hydrateRoot(container, page, { onRecoverableError: (error) => complaints.push(error) }),
  )
  await act(async () => new Promise((resolve) => setTimeout(resolve, 10)))
  expect(container.textContent).not.toBe('')
  await act(async () => root.unmount())
  // A browser has no server in it, so it never sees this one.
  return complaints.filter((complaint) => !/multiple renderers/.test(String(complaint)))
}

describe('hydration', () => {
  const pages = {
    'a session': (
      <AuthProvider session={session}>
        <Page />
      </AuthProvider>
    ),
    nobody: (
      <AuthProvider session={null}>
        <Page />
      </AuthProvider>
    ),
    'a front-end app, which finds out in the browser': (
      <AuthProvider issuer="https://issuer.example" clientId="spa">
        <Page />
      </AuthProvider>
    ),
  }

  it.each(Object.entries(pages))('of %s finds what the server sent', async (_name, page) => {
    expect(await hydrate(renderToString(page), <StrictMode>{page}</StrictMode>)).toEqual([])
  })

  it('of a promised session finds what the server sent', async () => {
    const promise = Promise.resolve(session)
    const page = (
      <AuthProvider session={promise}>
        <Suspense fallback="suspended">
          <Page />
        </Suspense>
      </AuthProvider>
    )
    const html = await renderWhole(page)
    if (!version.startsWith('18')) expect(html).toContain('Olivia')
    expect(await hydrate(html, page)).toEqual([])
  })
})
