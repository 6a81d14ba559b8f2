import { TrefoilError } from '@trefoil/core'
import {
  AuthProvider,
  CreateOrganizationLink,
  LoginLink,
  LogoutLink,
  PortalLink,
  Protect,
  RedirectToLogin,
  RegisterLink,
  SwitchOrganizationLink,
} from '@trefoil/react'
import { createTestSession, type FixedStoreAction, TestAuthProvider } from '@trefoil/react/testing'
import { act, cleanup, createEvent, fireEvent, render, screen } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { onRejection } from './rejections.ts'
import { createPlayedStore } from './store.ts'

afterEach(cleanup)

interface Scene {
  readonly actions: FixedStoreAction[]
  readonly link: HTMLElement
}

function show(children: ReactNode, basePath?: string): Scene {
  const actions: FixedStoreAction[] = []
  render(
    <TestAuthProvider
      session={null}
      onAction={(action) => actions.push(action)}
      {...(basePath !== undefined && { basePath })}
    >
      {children}
    </TestAuthProvider>,
  )
  return { actions, link: screen.queryByRole('link') ?? screen.getByRole('button') }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0))
}

/** Whether the browser would follow the link after this click. */
function click(link: HTMLElement, init: MouseEventInit = {}): boolean {
  let isFollowed = false
  // Last of all, so that a real browser stays on the page of this test.
  const stay = (event: Event): void => {
    isFollowed = !event.defaultPrevented
    event.preventDefault()
  }
  window.addEventListener('click', stay, { once: true })
  fireEvent(link, createEvent.click(link, { button: 0, ...init }))
  return isFollowed
}

describe('with a server session', () => {
  it.each([
    ['/auth/login', <LoginLink>Go</LoginLink>],
    ['/auth/login?returnTo=%2Fa%3Fb%3Dc', <LoginLink returnTo="/a?b=c">Go</LoginLink>],
    [
      '/auth/login?connection_id=c1&org_code=org_acme&login_hint=a%40example.com',
      <LoginLink
        organization="org_acme"
        loginHint="a@example.com"
        parameters={{ connection_id: 'c1' }}
      >
        Go
      </LoginLink>,
    ],
    ['/auth/register?returnTo=%2F', <RegisterLink returnTo="/">Go</RegisterLink>],
    [
      '/auth/switch-organization?org_code=org_globex&returnTo=%2Fb',
      <SwitchOrganizationLink organization="org_globex" returnTo="/b">
        Go
      </SwitchOrganizationLink>,
    ],
    ['/auth/create-organization', <CreateOrganizationLink>Go</CreateOrganizationLink>],
    [
      '/auth/create-organization?org_name=Initech',
      <CreateOrganizationLink organizationName="Initech">Go</CreateOrganizationLink>,
    ],
    [
      '/auth/portal?subnav=profile&returnTo=%2Fc',
      <PortalLink page="profile" returnTo="/c">
        Go
      </PortalLink>,
    ],
  ])('%s is a plain link that nothing follows by itself', (href, element) => {
    const { link } = show(element, '/auth')
    expect(link.getAttribute('href')).toBe(href)
    expect(link.getAttribute('rel')).toBe('nofollow')
    expect(link.textContent).toBe('Go')
  })

  it('the routes can stand elsewhere', () => {
    const { link } = show(<LoginLink>Go</LoginLink>, '/account/auth')
    expect(link.getAttribute('href')).toBe('/account/auth/login')
  })

  it('signing out is a form that posts, with or without a script', () => {
    const { link, actions } = show(
      <LogoutLink className="quiet" data-testid="logout">
        Sign out
      </LogoutLink>,
      '/auth',
    )
    const form = link.closest('form')
    expect(form?.getAttribute('method')).toBe('post')
    expect(form?.getAttribute('action')).toBe('/auth/logout')
    expect([link.tagName, link.getAttribute('type'), link.className]).toEqual([
      'BUTTON',
      'submit',
      'quiet',
    ])
    form?.addEventListener('submit', (event) => event.preventDefault())
    click(link)
    expect(actions).toEqual([])
  })
})

describe('a click', () => {
  it.each<[ReactNode, FixedStoreAction]>([
    [<LoginLink>Go</LoginLink>, { name: 'login', parameters: [{}] }],
    [
      <LoginLink returnTo="/a" organization="org_acme">
        Go
      </LoginLink>,
      { name: 'login', parameters: [{ returnTo: '/a', organization: 'org_acme' }] },
    ],
    [
      <RegisterLink loginHint="a@example.com">Go</RegisterLink>,
      { name: 'register', parameters: [{ loginHint: 'a@example.com' }] },
    ],
    [
      <SwitchOrganizationLink organization="org_globex">Go</SwitchOrganizationLink>,
      { name: 'switchOrganization', parameters: ['org_globex', {}] },
    ],
    [
      <CreateOrganizationLink organizationName="Initech" returnTo="/b">
        Go
      </CreateOrganizationLink>,
      { name: 'createOrganization', parameters: [{ name: 'Initech', returnTo: '/b' }] },
    ],
    [<LogoutLink>Go</LogoutLink>, { name: 'logout', parameters: [] }],
    [<PortalLink>Go</PortalLink>, { name: 'openPortal', parameters: [{}] }],
    [
      <PortalLink page="plan_details" returnTo="/c">
        Go
      </PortalLink>,
      { name: 'openPortal', parameters: [{ page: 'plan_details', returnTo: '/c' }] },
    ],
  ])('acts once, and the browser stays', (element, action) => {
    const { link, actions } = show(element)
    click(link)
    expect(actions).toEqual([action])
  })

  it.each<[string, MouseEventInit]>([
    ['with the control key', { ctrlKey: true }],
    ['with the command key', { metaKey: true }],
    ['with shift', { shiftKey: true }],
    ['with alt', { altKey: true }],
    ['of the middle button', { button: 1 }],
  ])('%s is the browser’s own', (_name, init) => {
    const { link, actions } = show(<LoginLink returnTo="/a">Go</LoginLink>)
    expect(click(link, init)).toBe(true)
    expect(actions).toEqual([])
    expect(link.getAttribute('href')).toBe('/a')
  })

  it('on a link into another tab is the browser’s own', () => {
    const { link, actions } = show(<LoginLink target="_blank">Go</LoginLink>)
    expect(click(link)).toBe(true)
    expect(actions).toEqual([])
  })

  it('calls the handler of the page first, which can prevent it', () => {
    const onClick = vi.fn((event: { preventDefault(): void }) => event.preventDefault())
    for (const element of [
      <LoginLink onClick={onClick}>Go</LoginLink>,
      <LogoutLink onClick={onClick}>Go</LogoutLink>,
    ]) {
      const { link, actions } = show(element)
      click(link)
      expect(actions).toEqual([])
      cleanup()
    }
    expect(onClick).toHaveBeenCalledTimes(2)
  })

  it('whose action fails leaves no rejection behind: the snapshot has the error', async () => {
    const fail = (): never => {
      throw new TrefoilError('provider_unavailable')
    }
    const rejected = vi.fn()
    const stop = onRejection(rejected)
    render(
      <TestAuthProvider session={null} onAction={fail}>
        <LoginLink>Sign in</LoginLink>
        <LogoutLink>Sign out</LogoutLink>
        <RedirectToLogin />
      </TestAuthProvider>,
    )
    click(screen.getByRole('link'))
    click(screen.getByRole('button'))
    await settle()
    stop()
    expect(rejected).not.toHaveBeenCalled()
  })
})

describe('RedirectToLogin', () => {
  it('SP-05 goes to the login once, in StrictMode as well', async () => {
    const onAction = vi.fn()
    render(
      <StrictMode>
        <TestAuthProvider session={null} onAction={onAction}>
          <RedirectToLogin returnTo="/reports" />
        </TestAuthProvider>
      </StrictMode>,
    )
    await settle()
    expect(onAction).toHaveBeenCalledExactlyOnceWith({
      name: 'login',
      parameters: [{ returnTo: '/reports' }],
    })
  })

  it.each(['loading' as const, {}])('goes nowhere with the session %j', async (session) => {
    const onAction = vi.fn()
    render(
      <TestAuthProvider session={session} onAction={onAction}>
        <RedirectToLogin />
      </TestAuthProvider>,
    )
    await settle()
    expect(onAction).not.toHaveBeenCalled()
  })

  it('answers an error with a page and a link, never with another login', async () => {
    const onAction = vi.fn()
    render(
      <TestAuthProvider
        session={null}
        error={new TrefoilError('authorization_failed')}
        onAction={onAction}
      >
        <RedirectToLogin returnTo="/reports" />
      </TestAuthProvider>,
    )
    await settle()
    expect(onAction).not.toHaveBeenCalled()
    expect(screen.getByRole('alert').textContent).toContain('The sign-in was not completed')
    click(screen.getByRole('link', { name: 'Sign in' }))
    expect(onAction).toHaveBeenCalledExactlyOnceWith({ name: 'login', parameters: [{}] })
  })

  it('LO-08 does not sign in again who signed out, here or in another tab', async () => {
    const store = createPlayedStore({ status: 'authenticated', session: createTestSession() })
    const page = (
      <StrictMode>
        <AuthProvider store={store}>
          <Protect fallback={<RedirectToLogin />}>secret</Protect>
        </AuthProvider>
      </StrictMode>
    )
    render(page)
    act(() => store.signOut())
    await act(settle)
    expect(store.login).not.toHaveBeenCalled()
    expect(screen.getByRole('alert').textContent).toContain('You have been signed out')
    act(() => store.signIn(createTestSession()))
    expect(document.body.textContent).toBe('secret')
  })

  it('leaves it to the page what to show when it goes nowhere', async () => {
    const error = new TrefoilError('login_loop')
    render(
      <TestAuthProvider session={null} error={error}>
        <RedirectToLogin>{(reason) => <p>Nein: {reason?.code}</p>}</RedirectToLogin>
      </TestAuthProvider>,
    )
    expect(screen.getByText('Nein: login_loop')).toBeDefined()
  })
})
