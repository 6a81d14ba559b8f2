import { createFrontendApp, type FrontendApp } from '@trefoil/core/frontend'
import { AuthProvider, Protect, useAccessToken, useAuth } from '@trefoil/react'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { catchDeparture } from '../../core/test/browser/departure.ts'

const made: FrontendApp[] = []
vi.mock(import('@trefoil/core/frontend'), async (original) => {
  const module = await original()
  return {
    ...module,
    createFrontendApp(options) {
      const app = module.createFrontendApp(options)
      vi.spyOn(app, 'start')
      vi.spyOn(app, 'stop')
      made.push(app)
      return app
    },
  }
})

const issuer = 'https://issuer.example'
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/oauth2/auth`,
  token_endpoint: `${issuer}/oauth2/token`,
  jwks_uri: `${issuer}/.well-known/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['S256'],
}

let requests: string[] = []
const answer: typeof fetch = async (input) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input)
  requests.push(pathname)
  if (pathname === '/.well-known/openid-configuration') return Response.json(metadata)
  return Response.json({ error: 'invalid_grant' }, { status: 400 })
}
const options = { issuer, clientId: 'spa', fetch: answer }

beforeEach(() => {
  // What this test page is on, as far as the testing DOM does not say so itself; and a real browser has it
  // in a frame, where an app would take an answer for that of a silent sign-in.
  Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true })
  Object.defineProperty(window, 'parent', { value: window, configurable: true })
  requests = []
  made.splice(0)
  sessionStorage.clear()
  localStorage.clear()
  history.replaceState(null, '', '/')
})
afterEach(cleanup)

function State(): ReactNode {
  const { status, error } = useAuth()
  return (
    <p>
      {status} {error?.code} {error?.message}
    </p>
  )
}

const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

describe('AuthProvider with the options of a front-end app', () => {
  it('starts the app, finds nobody, and asks nobody for that', async () => {
    render(
      <AuthProvider {...options}>
        <State />
      </AuthProvider>,
    )
    await screen.findByText('unauthenticated')
    expect(requests).toEqual([])
  })

  it('SP-05 sends one token request for a redirect, in StrictMode as well', async () => {
    const departure = catchDeparture()
    await createFrontendApp(options).login({ returnTo: '/reports?page=2' })
    const url = departure.url()
    expect(url.origin).toBe(issuer)
    departure.stop()
    const state = url.searchParams.get('state') ?? ''
    history.replaceState(null, '', `/callback?${new URLSearchParams({ state, code: 'c' })}`)
    requests = []
    render(
      <StrictMode>
        <AuthProvider {...options}>
          <State />
        </AuthProvider>
      </StrictMode>,
    )
    await screen.findByText(/^unauthenticated code_exchange_failed/)
    await settle()
    expect(requests.filter((path) => path === '/oauth2/token')).toHaveLength(1)
    expect(location.search).not.toContain('code')
  })

  it('ends a forged callback on the page, with a code, and asks for no token', async () => {
    history.replaceState(null, '', '/callback?state=forged&code=forged')
    render(
      <AuthProvider {...options}>
        <State />
      </AuthProvider>,
    )
    await screen.findByText(/^unauthenticated transaction_missing/)
    expect(requests).not.toContain('/oauth2/token')
  })

  it('keeps one app over renders with new options', async () => {
    const page = (
      <AuthProvider {...options}>
        <State />
      </AuthProvider>
    )
    const { rerender } = render(page)
    rerender(
      <AuthProvider {...options} clientId="other">
        <State />
      </AuthProvider>,
    )
    await screen.findByText('unauthenticated')
    expect(made).toHaveLength(1)
  })

  it('stops the app when the provider is gone, and not when StrictMode only tries', async () => {
    const { unmount } = render(
      <StrictMode>
        <AuthProvider {...options}>
          <State />
        </AuthProvider>
      </StrictMode>,
    )
    await settle()
    const stops = (): number =>
      made.reduce((sum, app) => sum + vi.mocked(app.stop).mock.calls.length, 0)
    expect(stops()).toBe(0)
    unmount()
    await settle()
    expect(stops()).toBe(1)
  })

  it('tells every mistake in the options at once, on a page that is there', async () => {
    render(
      <AuthProvider>
        <h1>Shop</h1>
        <State />
      </AuthProvider>,
    )
    const text = (await screen.findByText(/configuration_invalid/)).textContent
    expect(text).toContain('issuer (KINDE_ISSUER_URL) is missing')
    expect(text).toContain('clientId (KINDE_CLIENT_ID) is missing')
    expect(screen.getByRole('heading').textContent).toBe('Shop')
  })

  it('MM-08 refuses a client secret', async () => {
    const secret: object = { clientSecret: 'do-not-tell' }
    render(
      <AuthProvider {...options} {...secret}>
        <State />
      </AuthProvider>,
    )
    const text = (await screen.findByText(/configuration_invalid/)).textContent
    expect(text).toContain('clientSecret (KINDE_CLIENT_SECRET) is given to a front-end application')
    expect(text).not.toContain('do-not-tell')
  })

  it('SP-09 a provider that cannot be reached is an error in the snapshot, not a sign-out', async () => {
    const offline = async (): Promise<Response> => {
      throw new TypeError('Failed to fetch')
    }
    const Login = (): ReactNode => {
      const { login } = useAuth()
      return <button onClick={() => void login().catch(() => undefined)}>Sign in</button>
    }
    render(
      <AuthProvider {...options} fetch={offline}>
        <Login />
        <State />
      </AuthProvider>,
    )
    screen.getByRole('button').click()
    await screen.findByText(/provider_unavailable/)
  })
})

describe('AuthProvider with a store', () => {
  it('starts a front-end app, and leaves it to its owner to stop it', async () => {
    const app = createFrontendApp(options)
    const { unmount } = render(
      <AuthProvider store={app}>
        <State />
      </AuthProvider>,
    )
    await screen.findByText('unauthenticated')
    unmount()
    await settle()
    expect(app.start).toHaveBeenCalled()
    expect(app.stop).not.toHaveBeenCalled()
  })

  it('gives the access token of its store, which sends nothing while nobody is signed in', async () => {
    const app = createFrontendApp(options)
    const tries: unknown[] = []
    const Try = (): ReactNode => {
      const { fetch, getAccessToken } = useAccessToken()
      const attempt = async (): Promise<void> => {
        tries.push(await fetch('https://elsewhere.example').catch((error: unknown) => error))
        tries.push(await getAccessToken().catch((error: unknown) => error))
      }
      return <button onClick={() => void attempt()}>Try</button>
    }
    render(
      <AuthProvider store={app}>
        <Try />
      </AuthProvider>,
    )
    screen.getByRole('button').click()
    await waitFor(() => expect(tries).toHaveLength(2))
    const refusal = { code: 'not_authenticated' }
    expect(tries).toMatchObject([refusal, refusal])
    expect(requests).toEqual([])
  })

  it('shows nothing that is protected, and no refusal, until it knows', async () => {
    const shown: string[] = []
    const Show = ({ text }: { text: string }): ReactNode => {
      shown.push(text)
      return text
    }
    render(
      <AuthProvider store={createFrontendApp(options)}>
        <Protect loading={<Show text="one moment" />} fallback={<Show text="refused" />}>
          <Show text="secret" />
        </Protect>
      </AuthProvider>,
    )
    await screen.findByText('refused')
    expect(shown).toEqual(['one moment', 'refused'])
  })
})
