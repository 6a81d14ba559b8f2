import { getAuth, type Session, trefoil } from '@trefoil/express'
import type { RequestHandler } from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { scriptApp, session } from '../../express/test/app.ts'
import type { FakeProvider } from '../../core/test/fake-provider.ts'
import { type Asked, ask, bearer, read } from './ask.ts'
import { log } from './schema.ts'
import { type Running, servers } from './servers.ts'
import { setUpProvider } from './tokens.ts'

const mutation = JSON.stringify({ query: 'mutation { open }' })

describe.each(servers)('sessions on %s', (_name, start) => {
  let provider: FakeProvider
  let server: Running
  beforeEach(async () => {
    log.length = 0
    server = await serve(session)
  })
  afterEach(() => server.close())

  async function serve(held: Session | null): Promise<Running> {
    const { provider: made, auth } = await setUpProvider()
    provider = made
    // The session is there with every request, as a browser's cookie is.
    const middleware: RequestHandler = trefoil({ app: scriptApp({ session: held }) })
    return start({
      auth: { ...auth, session: (req) => getAuth(req).session },
      before: [middleware],
      csrfPrevention: false,
    })
  }

  it('counts for a page of this site', async () => {
    const own = { 'sec-fetch-site': 'same-origin' }
    const { data, headers } = await ask(server.url, '{ me { kind subject } }', own)
    expect(data).toEqual({ me: { kind: 'user', subject: 'kp_1' } })
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toMatch(/Cookie/)
  })

  it('is denied by name of the right, without a challenge for a token', async () => {
    const { errors, headers } = await ask(server.url, '{ reports { id } }')
    expect(errors).toMatchObject([
      {
        extensions: {
          code: 'FORBIDDEN',
          reason: 'access_denied',
          missing: { scopes: ['read:reports'] },
        },
      },
    ])
    expect(headers.has('www-authenticate')).toBe(false)
  })

  it('leaves somebody who is signed out nobody', async () => {
    await server.close()
    server = await serve(null)
    const { errors, headers } = await ask(server.url, '{ me { subject } }')
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  it('gives way to a token, and never covers one that is no good', async () => {
    const machine = { sub: undefined, gty: ['client_credentials'] }
    const good = bearer(await provider.accessToken(machine))
    expect((await ask(server.url, '{ me { kind } }', good)).data).toEqual({
      me: { kind: 'machine' },
    })
    const asked = await ask(server.url, 'mutation { open }', bearer('broken'))
    expect([asked.status, log]).toEqual([401, []])
  })

  it.each([
    ['a form of another site', { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' }],
    [
      'a page of another site',
      { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' },
    ],
    [
      'a neighbor on the same site',
      { 'sec-fetch-site': 'same-site', 'content-type': 'application/json' },
    ],
    [
      'an old browser elsewhere',
      { origin: 'https://evil.example', 'content-type': 'application/json' },
    ],
    ['a page without an origin', { origin: 'null', 'content-type': 'application/json' }],
    ['an old form', { 'content-type': 'text/plain' }],
    ['an old form with fields', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['an empty content type', { 'content-type': '' }],
  ])('executes nothing that came from %s', async (_name, headers) => {
    const asked = await send(headers)
    expect(log).toEqual([])
    expect([403, 415]).toContain(asked.status)
    expect(asked.text).not.toContain('done')
  })

  it('executes what came from no browser at all, or from an old one on a page of this site', async () => {
    const type = { 'content-type': 'application/json' }
    expect((await send(type)).data).toEqual({ open: 'done' })
    expect((await send({ ...type, origin: server.url })).data).toEqual({ open: 'done' })
  })

  async function send(headers: Record<string, string>): Promise<Asked> {
    return read(
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { cookie: 'session=x', ...headers },
        body: new TextEncoder().encode(mutation),
      }),
    )
  }
})

it("CSRF: Apollo's own prevention refuses a simple request as well", async () => {
  const { auth } = await setUpProvider()
  const start = servers.find(([name]) => name === 'Apollo Server')?.[1]
  const server = await start?.({ auth })
  const response = await fetch(`${server?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: mutation,
  })
  await server?.close()
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('CSRF')
})
