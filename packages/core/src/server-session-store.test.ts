import { afterEach, describe, expect, it, vi } from 'vitest'
import { createServerSessionStore } from './server-session-store.ts'
import type { Session } from './session.ts'

const session: Session = {
  user: {
    id: 'kp_1',
    name: 'Olivia Owner',
    givenName: null,
    familyName: null,
    email: null,
    emailVerified: null,
    picture: null,
  },
  organization: null,
  organizations: [],
  permissions: [],
  roles: [],
  flags: {},
  scopes: [],
  authenticatedAt: 1,
  expiresAt: 2,
  accessTokenExpiresAt: 3,
}

afterEach(() => void vi.unstubAllGlobals())

function answering(...answers: (() => Response | Promise<Response>)[]): {
  fetch: typeof fetch
  asked: { url: string; init: RequestInit | undefined }[]
} {
  const asked: { url: string; init: RequestInit | undefined }[] = []
  return {
    asked,
    fetch: async (input, init) => {
      asked.push({ url: input instanceof Request ? input.url : input.toString(), init })
      const answer = answers[asked.length - 1] ?? answers.at(-1)
      if (!answer) throw new Error('no answer')
      return answer()
    },
  }
}

/** A window at an address; gives where the browser was sent. */
function stubWindow(): string[] {
  const sent: string[] = []
  const assign = (url: string): void => void sent.push(url)
  vi.stubGlobal('location', { pathname: '/here', search: '?a=b', hash: '#c', assign })
  vi.stubGlobal('document', {
    createElement: () => {
      const form = {
        method: '',
        action: '',
        submit: () => sent.push(`${form.method} ${form.action}`),
      }
      return form
    },
    body: { append: () => undefined },
  })
  return sent
}

describe('the client half of a server session', () => {
  it('has the session that the server gave, in the first render too, and asks nobody', () => {
    const { fetch, asked } = answering()
    for (const [given, status] of [
      [session, 'authenticated'],
      [null, 'unauthenticated'],
    ] as const) {
      const store = createServerSessionStore({ session: given, fetch })
      expect(store.getServerSnapshot()).toBe(store.getSnapshot())
      expect(store.getSnapshot()).toMatchObject({ status, session: given, error: null })
      store.subscribe(() => undefined)
    }
    expect(asked).toEqual([])
  })

  it('asks the server once when it was given none, as soon as somebody listens', async () => {
    const { fetch, asked } = answering(() => Response.json({ session }))
    const store = createServerSessionStore({ fetch, basePath: '/account' })
    expect(store.getSnapshot().status).toBe('loading')
    const listener = vi.fn<() => void>()
    const unsubscribe = store.subscribe(listener)
    store.subscribe(() => undefined)()
    await vi.waitFor(() => expect(store.getSnapshot().status).toBe('authenticated'))
    expect(listener).toHaveBeenCalledOnce()
    unsubscribe()
    expect(asked.map(({ url }) => url)).toEqual(['/account/session'])
    expect(asked[0]?.init).toMatchObject({ credentials: 'same-origin', cache: 'no-store' })
  })

  it.each([
    ['an outage', () => new Response(null, { status: 503 })],
    ['another page', () => new Response('<html>')],
    ['other JSON', () => Response.json({ ok: true })],
  ])('RF-07 keeps who is signed in over %s, and says so', async (_name, answer) => {
    const store = createServerSessionStore({ session, fetch: answering(answer).fetch })
    await expect(store.refresh()).rejects.toMatchObject({ code: 'provider_unavailable' })
    expect(store.getSnapshot()).toMatchObject({
      status: 'authenticated',
      isStale: true,
      error: { code: 'provider_unavailable' },
    })
  })

  it('learns that the session has ended, and believes no session of an unknown shape', async () => {
    for (const answer of [null, { user: {} }, 'x']) {
      const { fetch } = answering(() => Response.json({ session: answer }))
      const store = createServerSessionStore({ session, fetch })
      await store.refresh()
      expect(store.getSnapshot()).toMatchObject({ status: 'unauthenticated', session: null })
    }
  })

  it('believes the answer to the latest question, whenever it comes', async () => {
    let release = (_response: Response): void => undefined
    const late = new Promise<Response>((resolve) => {
      release = resolve
    })
    const { fetch } = answering(
      async () => late,
      () => Response.json({ session: null }),
    )
    const store = createServerSessionStore({ session, fetch })
    const first = store.refresh()
    await store.refresh()
    release(Response.json({ session }))
    await first
    expect(store.getSnapshot().status).toBe('unauthenticated')
  })

  it('signs in, switches and creates by going to the routes, and comes back to this page', async () => {
    const sent = stubWindow()
    const store = createServerSessionStore({ session: null })
    await store.login()
    await store.register({ returnTo: '/there', loginHint: 'a@b.example' })
    await store.login({ organization: 'org_acme', parameters: { lang: 'de', returnTo: '/x' } })
    await store.switchOrganization('org_globex')
    await store.createOrganization({ name: 'Initech & Co', returnTo: '/there' })
    await store.openPortal()
    await store.openPortal({ page: 'plan_details', returnTo: '/there' })
    const here = 'returnTo=%2Fhere%3Fa%3Db%23c'
    expect(sent).toEqual([
      `/auth/login?${here}`,
      '/auth/register?login_hint=a%40b.example&returnTo=%2Fthere',
      `/auth/login?lang=de&${here}&org_code=org_acme`,
      `/auth/switch-organization?org_code=org_globex&${here}`,
      '/auth/create-organization?org_name=Initech+%26+Co&returnTo=%2Fthere',
      '/auth/portal',
      '/auth/portal?subnav=plan_details&returnTo=%2Fthere',
    ])
  })

  it('LO-01 signs out by a POST', async () => {
    const sent = stubWindow()
    await createServerSessionStore({ session, basePath: '/account' }).logout()
    expect(sent).toEqual(['post /account/logout'])
  })
})
