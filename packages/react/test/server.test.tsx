// @vitest-environment node
import { readFileSync, readdirSync } from 'node:fs'
import type { Session } from '@trefoil/core'
import {
  AuthProvider,
  LoginLink,
  LogoutLink,
  Protect,
  SignedIn,
  SignedOut,
  useFlag,
  useUser,
} from '@trefoil/react'
import { createTestSession } from '@trefoil/react/testing'
import { type ReactNode, Suspense, version } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { defer } from './deferred.ts'
import { renderToText } from './render-to-text.ts'

const session = createTestSession({
  user: { name: 'Olivia' },
  permissions: ['read:reports'],
  flags: { theme: 'dark' },
})

function Page(): ReactNode {
  return (
    <>
      <h1>Shop</h1>
      <SignedIn>
        <Name />
        <LogoutLink>Sign out</LogoutLink>
      </SignedIn>
      <SignedOut>
        <LoginLink returnTo="/cart">Sign in</LoginLink>
      </SignedOut>
      <Protect require={{ permissions: ['read:reports'] }} loading="one moment" fallback="refused">
        secret
      </Protect>
    </>
  )
}

function Name(): ReactNode {
  return `${useUser()?.name} likes it ${useFlag('theme', 'light')}`
}

describe('SP-15 on a server, where there is no window', () => {
  it('has none', () => {
    expect(globalThis).not.toHaveProperty('window')
    expect(globalThis).not.toHaveProperty('document')
  })

  it('renders the page of a front-end app, with what it does not know yet left open', () => {
    const html = renderToString(
      <AuthProvider issuer="https://issuer.example" clientId="spa">
        <Page />
      </AuthProvider>,
    )
    expect(html).toBe('<h1>Shop</h1>one moment')
  })

  it('renders who the server knows to be there', () => {
    const html = renderToString(
      <AuthProvider session={session}>
        <Page />
      </AuthProvider>,
    )
    expect(html).toContain('Olivia likes it dark')
    expect(html).toMatch(/<form (?=[^>]*method="post")(?=[^>]*action="\/auth\/logout")/)
    expect(html).toContain('secret')
    expect(html).not.toMatch(/Sign in|refused|one moment/)
  })

  it('renders for nobody, with a link that works before any script', () => {
    const html = renderToString(
      <AuthProvider session={null}>
        <Page />
      </AuthProvider>,
    )
    expect(html).toContain('href="/auth/login?returnTo=%2Fcart"')
    expect(html).toContain('refused')
    expect(html).not.toMatch(/secret|Sign out/)
  })

  it('streams the page before the promise is kept, and the rest after', async () => {
    const { promise, resolve } = defer<Session | null>()
    const { first, rest } = await renderToText(
      <AuthProvider session={promise}>
        <main>
          <Suspense fallback="suspended">
            <Page />
          </Suspense>
          <footer>Shop</footer>
        </main>
      </AuthProvider>,
      () => resolve(session),
    )
    expect(first).toContain('<footer>Shop</footer>')
    expect(first).not.toMatch(/Olivia|secret|Sign in/)
    // React 18 leaves it to the browser, which is told when it is there.
    if (version.startsWith('18')) expect(first).toContain('one moment')
    else expect(rest).toMatch(/Olivia[^]*secret/)
  })

  it('keeps two requests apart', () => {
    const names = ['Olivia', 'Max', 'Bea'].map((name) =>
      renderToString(
        <AuthProvider session={createTestSession({ user: { name } })}>
          <Name />
        </AuthProvider>,
      ),
    )
    expect(names).toEqual(['Olivia', 'Max', 'Bea'].map((name) => `${name} likes it light`))
  })

  it('holds no state about a user in a module', () => {
    const folder = new URL('../src/', import.meta.url)
    for (const file of readdirSync(folder)) {
      const code = readFileSync(new URL(file, folder), 'utf8')
      expect(code, file).not.toMatch(/^(export )?(let|var) |^(export )?const \w+.*= new (Map|Set)/m)
    }
  })
})
