import type { Session } from '@trefoil/core'
import { AuthProvider, SignedIn, SignedOut, useAuth, useUser } from '@trefoil/react'
import { createTestSession } from '@trefoil/react/testing'
import { act, cleanup, render, screen } from '@testing-library/react'
import { type ReactNode, Suspense, version } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defer } from './deferred.ts'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const canUse = Number(version.split('.')[0]) >= 19
const olivia = createTestSession({ user: { name: 'Olivia' } })
const max = createTestSession({ user: { name: 'Max' } })

function Who(): ReactNode {
  const { status, user } = useAuth()
  return <p>{user?.name ?? status}</p>
}

function answerWith(session: Session | null): ReturnType<typeof vi.fn> {
  const answer = vi.fn(async () => Response.json({ session }))
  vi.stubGlobal('fetch', answer)
  return answer
}

describe('AuthProvider with a session', () => {
  it.each<[Session | null, string]>([
    [olivia, 'Olivia'],
    [null, 'unauthenticated'],
  ])('knows at once who is there, and asks nobody', (session, text) => {
    const answer = answerWith(null)
    render(
      <AuthProvider session={session}>
        <Who />
      </AuthProvider>,
    )
    expect(screen.getByText(text)).toBeDefined()
    expect(answer).not.toHaveBeenCalled()
  })

  it('asks the server when it is given none', async () => {
    const answer = answerWith(olivia)
    render(
      <AuthProvider basePath="/account/auth">
        <Who />
      </AuthProvider>,
    )
    expect(screen.getByText('loading')).toBeDefined()
    await screen.findByText('Olivia')
    expect(answer).toHaveBeenCalledExactlyOnceWith('/account/auth/session', expect.anything())
  })

  it('takes the same session in a new object as no news', () => {
    const renders = vi.fn()
    const Watch = (): ReactNode => {
      renders(useUser())
      return null
    }
    const watch = <Watch />
    const { rerender } = render(<AuthProvider session={olivia}>{watch}</AuthProvider>)
    rerender(<AuthProvider session={structuredClone(olivia)}>{watch}</AuthProvider>)
    expect(renders).toHaveBeenCalledOnce()
  })

  it('SP-17 takes another session as it is: nothing of the one before stays', () => {
    const { rerender } = render(
      <AuthProvider session={olivia}>
        <Who />
      </AuthProvider>,
    )
    rerender(
      <AuthProvider session={max}>
        <Who />
      </AuthProvider>,
    )
    expect(document.body.textContent).toBe('Max')
    rerender(
      <AuthProvider session={null}>
        <Who />
      </AuthProvider>,
    )
    expect(document.body.textContent).toBe('unauthenticated')
  })

  it('keeps the user through an outage, and says that the session may be old', async () => {
    vi.stubGlobal('fetch', async () => new Response('<h1>Bad gateway</h1>', { status: 502 }))
    const Refresh = (): ReactNode => {
      const { refresh, isStale, error } = useAuth()
      return (
        <button onClick={() => void refresh().catch(() => undefined)}>
          {isStale ? `stale: ${error?.code}` : 'fresh'}
        </button>
      )
    }
    render(
      <AuthProvider session={olivia}>
        <Refresh />
        <Who />
      </AuthProvider>,
    )
    screen.getByRole('button').click()
    await screen.findByText('stale: provider_unavailable')
    expect(screen.getByText('Olivia')).toBeDefined()
  })
})

describe('AuthProvider with the promise of a session', () => {
  it('shows the rest of the page at once, and the user when the promise is kept', async () => {
    const { promise, resolve } = defer<Session | null>()
    const page = (
      <AuthProvider session={promise}>
        <h1>Shop</h1>
        <Suspense fallback="suspended">
          <Who />
        </Suspense>
      </AuthProvider>
    )
    await act(async () => render(page))
    expect(screen.getByRole('heading').textContent).toBe('Shop')
    expect(document.body.textContent).toBe(canUse ? 'Shopsuspended' : 'Shoploading')
    await act(async () => resolve(olivia))
    await screen.findByText('Olivia')
  })

  it('shows neither side while it is open, and the right one after', async () => {
    const { promise, resolve } = defer<Session | null>()
    await act(async () =>
      render(
        <AuthProvider session={promise}>
          <Suspense>
            <SignedIn>in</SignedIn>
            <SignedOut>out</SignedOut>
          </Suspense>
        </AuthProvider>,
      ),
    )
    expect(document.body.textContent).toBe('')
    await act(async () => resolve(null))
    await screen.findByText('out')
  })

  it('works without a boundary, whatever renders in between', async () => {
    const { promise, resolve } = defer<Session | null>()
    const page = (
      <AuthProvider session={promise}>
        <Who />
      </AuthProvider>
    )
    const { rerender } = await act(async () => render(page))
    await act(async () => rerender(page))
    await act(async () => resolve(olivia))
    await act(async () => rerender(page))
    await screen.findByText('Olivia')
  })

  it('takes a promise that is broken as not knowing: it asks the server', async () => {
    const answer = answerWith(max)
    await act(async () =>
      render(
        <AuthProvider session={Promise.reject(new Error('the database is down'))}>
          <Suspense>
            <Who />
          </Suspense>
        </AuthProvider>,
      ),
    )
    await screen.findByText('Max')
    expect(answer).toHaveBeenCalledOnce()
  })

  it('takes what a server component passes on, whose then gives nothing', async () => {
    const { promise, resolve } = defer<Session | null>()
    // As React makes it where a payload of server components is read.
    const passedOn: Promise<Session | null> = Object.create(Promise.prototype, {
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is the case
      then: {
        value: (done: (session: Session | null) => void, fail: (error: unknown) => void): void => {
          // oxlint-disable-next-line promise/no-callback-in-promise -- that is what a thenable does
          promise.then(done, fail)
        },
      },
    })
    await act(async () =>
      render(
        <AuthProvider session={passedOn}>
          <Suspense>
            <Who />
          </Suspense>
        </AuthProvider>,
      ),
    )
    await act(async () => resolve(olivia))
    await screen.findByText('Olivia')
  })

  it('forgets a promise that was replaced before it was kept', async () => {
    const slow = defer<Session | null>()
    const show = (session: Promise<Session | null> | Session): ReactNode => (
      <AuthProvider session={session}>
        <Suspense>
          <Who />
        </Suspense>
      </AuthProvider>
    )
    const { rerender } = await act(async () => render(show(slow.promise)))
    await act(async () => rerender(show(max)))
    await act(async () => slow.resolve(olivia))
    expect(document.body.textContent).toBe('Max')
  })
})
