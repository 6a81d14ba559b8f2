import type { Requirement } from '@trefoil/core'
import { Protect, SignedIn, SignedOut } from '@trefoil/react'
import { TestAuthProvider, type TestSession } from '@trefoil/react/testing'
import { cleanup, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'

afterEach(cleanup)

function show(session: TestSession | null | 'loading', children: ReactNode): string {
  const { container } = render(<TestAuthProvider session={session}>{children}</TestAuthProvider>)
  return container.textContent ?? ''
}

describe('Protect', () => {
  const acme = { code: 'org_acme', name: 'Acme' }
  const session: TestSession = {
    organization: acme,
    permissions: ['read:reports'],
    roles: ['analyst'],
    flags: { beta_dashboard: true, theme: 'dark' },
    scopes: ['openid'],
  }

  // The same answers as core's decide: this is no second implementation.
  it.each<[Requirement, boolean]>([
    [{}, true],
    [{ permissions: ['read:reports'] }, true],
    [{ permissions: ['read:reports', 'write:reports'] }, false],
    [{ anyPermission: ['write:reports', 'read:reports'] }, true],
    [{ roles: ['owner'] }, false],
    [{ flags: ['beta_dashboard'] }, true],
    [{ flags: ['theme'] }, false],
    [{ flags: ['unheard_of'] }, false],
    [{ organization: 'org_acme' }, true],
    [{ organization: 'org_globex' }, false],
    [{ scopes: ['openid'] }, true],
    [{ scopes: ['reports'] }, false],
  ])('%j: %s', (require, allowed) => {
    const text = show(
      session,
      <Protect require={require} fallback="refused" loading="one moment">
        secret
      </Protect>,
    )
    expect(text).toBe(allowed ? 'secret' : 'refused')
  })

  it('refuses nobody and shows neither while it is not known who is there', () => {
    const page = (
      <Protect fallback="refused" loading="one moment">
        secret
      </Protect>
    )
    expect(show(null, page)).toBe('refused')
    expect(show('loading', page)).toBe('one moment')
  })

  it('shows nothing where nothing is given to show', () => {
    const page = <Protect>secret</Protect>
    expect(show(null, page)).toBe('')
    expect(show('loading', page)).toBe('')
  })

  it('tells a fallback why, so that a page can name what is missing', () => {
    const fallback = vi.fn(() => 'refused')
    const page = (
      <Protect require={{ permissions: ['write:reports'] }} fallback={fallback}>
        secret
      </Protect>
    )
    show(session, page)
    expect(fallback).toHaveBeenLastCalledWith({
      allowed: false,
      reason: 'access_denied',
      missing: { permissions: ['write:reports'] },
    })
    show(null, page)
    expect(fallback).toHaveBeenLastCalledWith({ allowed: false, reason: 'not_authenticated' })
  })

  it('never renders the children of who is refused', () => {
    const Secret = vi.fn(() => null)
    for (const who of [session, null, 'loading' as const]) {
      show(
        who,
        <Protect require={{ roles: ['owner'] }}>
          <Secret />
        </Protect>,
      )
    }
    expect(Secret).not.toHaveBeenCalled()
  })

  it('throws for a requirement that would protect less than its author thinks', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const misspelled: object = { permission: ['read:reports'] }
    expect(() => show(session, <Protect require={misspelled}>secret</Protect>)).toThrow(
      'requirement.permission is not known',
    )
    vi.restoreAllMocks()
  })
})

describe('SignedIn and SignedOut', () => {
  const page = (
    <>
      <SignedIn>in</SignedIn>
      <SignedOut>out</SignedOut>
    </>
  )

  it.each<[TestSession | null | 'loading', string]>([
    [{}, 'in'],
    [null, 'out'],
    ['loading', ''],
  ])('with %j the page says "%s"', (session, text) => {
    expect(show(session, page)).toBe(text)
    expect(screen.queryByText('secret')).toBeNull()
  })
})
