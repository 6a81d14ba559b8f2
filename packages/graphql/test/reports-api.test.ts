import { startHostileProvider, type HostileProvider } from '@trefoil/contract'
import { createClient } from 'graphql-ws'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Api, createApi } from '../../../apps/api/src/app.ts'
import { type Asked, read } from './ask.ts'
import { audience } from './tokens.ts'

// The demo API has four doors to the same data. Whoever knocks gets the same at each.

type Verdict = 'nobody' | 'bad token' | 'denied' | 'reports'

interface Answer {
  readonly verdict: Verdict
  readonly missing?: unknown
  readonly titles?: readonly unknown[]
}

type Knock = (url: string, token: string | undefined) => Promise<Answer>

const now = (): number => Math.floor(Date.now() / 1000)
const machine = { sub: undefined, gty: ['client_credentials'] }
const permission = { permissions: ['read:reports'] }
const scope = { scopes: ['read:reports'] }
const titles = ['Revenue', 'New customers', 'Support requests']

const cases: readonly {
  readonly who: string
  readonly token?: (provider: HostileProvider) => Promise<string>
  readonly answer: Answer
}[] = [
  { who: 'nobody', answer: { verdict: 'nobody' } },
  {
    who: 'an expired token',
    token: (provider) => provider.accessToken({ exp: now() - 60 }),
    answer: { verdict: 'bad token' },
  },
  {
    who: 'a token of another audience',
    token: (provider) => provider.accessToken({ aud: ['https://other.example'] }),
    answer: { verdict: 'bad token' },
  },
  {
    who: 'an ID token instead of an access token',
    token: (provider) => provider.idToken({ aud: [audience], permissions: ['read:reports'] }),
    answer: { verdict: 'bad token' },
  },
  {
    who: 'a machine without the scope',
    token: (provider) => provider.accessToken({ ...machine, scp: ['read:report'] }),
    answer: { verdict: 'denied', missing: scope },
  },
  {
    who: 'a user without the permission',
    token: (provider) => provider.accessToken({ permissions: [], scp: ['read:reports'] }),
    answer: { verdict: 'denied', missing: permission },
  },
  {
    who: 'a machine with the scope',
    token: (provider) =>
      provider.accessToken({ ...machine, permissions: [], scp: ['read:reports'] }),
    answer: { verdict: 'reports', titles },
  },
  {
    who: 'a user with the permission',
    token: (provider) => provider.accessToken(permission),
    answer: { verdict: 'reports', titles },
  },
]

const doors: readonly (readonly [string, Knock])[] = [
  ['REST', knockRest],
  ['graphql-http', (url, token) => knockGraphql(`${url}/graphql/express`, token)],
  ['Apollo Server', (url, token) => knockGraphql(`${url}/graphql/apollo`, token)],
  ['the subscription', knockSocket],
]

describe('the reports API', () => {
  let provider: HostileProvider
  let api: Api
  let url: string
  beforeAll(async () => {
    provider = await startHostileProvider('client-1')
    const settings = { port: 0, allowedOrigins: ['http://localhost:4503'] }
    api = await createApi(settings, { issuer: provider.issuer, audience, env: {} })
    api.server.listen(0)
    await once(api.server, 'listening')
    const address = api.server.address()
    url = `http://localhost:${typeof address === 'object' ? address?.port : 0}`
  })
  afterAll(async () => {
    await api.endSubscriptions()
    api.server.close()
    api.server.closeAllConnections()
    await provider.close()
  })

  describe.each(doors)('through %s', (_door, knock) => {
    it.each(cases)('answers $who', async ({ token, answer }) => {
      expect(await knock(url, await token?.(provider))).toEqual(answer)
    })
  })

  it.each(['express', 'apollo'])('tells who called through %s', async (door) => {
    const token = await provider.accessToken()
    const query = '{ me { kind subject clientId organization permissions } }'
    expect((await post(`${url}/graphql/${door}`, token, query)).data).toEqual({
      me: {
        kind: 'user',
        subject: 'kp_1',
        clientId: 'client-1',
        organization: 'org_acme',
        permissions: ['read:reports'],
      },
    })
  })

  it.each(['express', 'apollo'])(
    'AP-21 lets a preflight to %s pass for its own pages',
    async (door) => {
      const preflight = async (origin: string): Promise<(string | null)[]> => {
        const { headers } = await fetch(`${url}/graphql/${door}`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization,content-type',
          },
        })
        return ['origin', 'methods'].map((name) => headers.get(`access-control-allow-${name}`))
      }
      expect(await preflight('http://localhost:4503')).toEqual([
        'http://localhost:4503',
        'GET, HEAD, POST',
      ])
      expect(await preflight('https://evil.example')).toEqual([null, null])
    },
  )

  it.each(['express', 'apollo'])(
    'AP-15 refuses a body to %s that is too large or broken',
    async (door) => {
      const send = async (body: string): Promise<number> => {
        const headers = { 'content-type': 'application/json' }
        return (await fetch(`${url}/graphql/${door}`, { method: 'POST', headers, body })).status
      }
      expect(await send(JSON.stringify({ query: `{ ${'x'.repeat(200_000)} }` }))).toBe(413)
      expect(await send('{')).toBe(400)
    },
  )

  it('closes a subscription when its token expires', async () => {
    const token = await provider.accessToken({ exp: now() + 1 })
    const socket = new WebSocket(socketUrl(url), 'graphql-transport-ws')
    await once(socket, 'open')
    const payload = { authorization: `Bearer ${token}` }
    socket.send(JSON.stringify({ type: 'connection_init', payload }))
    const [code] = await once(socket, 'close')
    expect(code).toBe(4403)
  })
})

async function knockRest(url: string, token: string | undefined): Promise<Answer> {
  const headers = authorize(token)
  const response = await fetch(`${url}/reports`, { headers })
  const body: { reports?: { title: string }[]; error?: { code: string; missing?: unknown } } =
    await response.json()
  if (response.status === 200) return seen(body.reports)
  const { code, missing } = body.error ?? {}
  if (response.status === 403) return { verdict: 'denied', missing }
  return { verdict: code === 'token_missing' ? 'nobody' : 'bad token' }
}

async function knockGraphql(url: string, token: string | undefined): Promise<Answer> {
  const { status, data, errors } = await post(url, token, '{ reports { title } }')
  if (status === 401) return { verdict: 'bad token' }
  return judge(data?.['reports'], errors)
}

async function knockSocket(url: string, token: string | undefined): Promise<Answer> {
  const client = createClient({
    url: socketUrl(url),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token !== undefined && { connectionParams: authorize(token) }),
  })
  const found: unknown[] = []
  try {
    const query = 'subscription { reportPublished { title } }'
    for await (const { data, errors } of client.iterate<{ reportPublished: unknown }>({ query })) {
      if (errors) return judge(null, errors)
      found.push(data?.reportPublished)
    }
    return seen(found)
  } catch (error) {
    // The client rejects with the event that closed the socket.
    expect(error).toMatchObject({ code: 4403 })
    return { verdict: 'bad token' }
  } finally {
    await client.dispose()
  }
}

function judge(reports: unknown, errors: readonly { readonly extensions?: object }[]): Answer {
  const [first] = errors
  if (!first) return seen(reports)
  expect(reports).toBeNull()
  const { code, missing }: { code?: string; missing?: unknown } = first.extensions ?? {}
  if (code === 'UNAUTHENTICATED') return { verdict: 'nobody' }
  expect(code).toBe('FORBIDDEN')
  return { verdict: 'denied', missing }
}

function seen(reports: unknown): Answer {
  const list: readonly { title?: unknown }[] = Array.isArray(reports) ? reports : []
  return { verdict: 'reports', titles: list.map(({ title }) => title) }
}

async function post(url: string, token: string | undefined, query: string): Promise<Asked> {
  const headers = { 'content-type': 'application/json', ...authorize(token) }
  return read(await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) }))
}

function authorize(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

function socketUrl(url: string): string {
  return `${url.replace('http', 'ws')}/graphql/subscriptions`
}
