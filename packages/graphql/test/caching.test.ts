import type { ApolloServerPlugin } from '@apollo/server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeProvider } from '../../core/test/fake-provider.ts'
import { authPlugin } from '../src/apollo.ts'
import type { AuthContext } from '../src/index.ts'
import { ask, bearer } from './ask.ts'
import { type Running, servers, startApollo } from './servers.ts'
import { setUpProvider } from './tokens.ts'

describe.each(servers)('answers of %s in caches', (_name, start) => {
  let provider: FakeProvider
  let server: Running
  beforeEach(async () => {
    const { provider: made, auth } = await setUpProvider()
    provider = made
    server = await start({
      auth,
      before: [(_req, res, next) => (res.setHeader('vary', 'Origin'), next())],
    })
  })
  afterEach(() => server.close())

  const cacheControl = async (query: string, headers = {}): Promise<(string | null)[]> => {
    const { headers: answered } = await ask(server.url, query, headers)
    return [answered.get('cache-control'), answered.get('vary')]
  }

  it.each(['{ public }', '{ asked }', '{ cached }'])(
    'keep none of somebody, whatever hint a field has: %s',
    async (query) => {
      const somebody = bearer(await provider.accessToken())
      expect(await cacheControl(query, somebody)).toEqual([
        'private, no-store',
        'Origin, Authorization',
      ])
    },
  )

  it('keep none for which a resolver asked who it is, though it is nobody', async () => {
    expect(await cacheControl('{ asked }')).toEqual(['private, no-store', 'Origin, Authorization'])
  })

  it('keep no denial', async () => {
    expect(await cacheControl('{ cached }')).toEqual(['private, no-store', 'Origin, Authorization'])
  })
})

describe("Apollo's response cache, which answers before any guard", () => {
  const policies: unknown[] = []
  const plugin: ApolloServerPlugin<AuthContext> = {
    requestDidStart: async () => ({
      willSendResponse: async ({ overallCachePolicy }) => {
        policies.push(overallCachePolicy.policyIfCacheable())
      },
    }),
  }

  it.each([
    ['by itself a guarded field', [plugin], '{ public cached }'],
    ['by the plugin what a resolver asked for', [authPlugin(), plugin], '{ public asked }'],
  ])('is given nothing that depends on the caller: %s', async (_name, plugins, query) => {
    policies.length = 0
    const { provider, auth } = await setUpProvider()
    const server = await startApollo({ auth, plugins })
    const somebody = bearer(await provider.accessToken())
    for (const asked of ['{ public }', query]) {
      expect((await ask(server.url, asked, somebody)).errors).toEqual([])
    }
    await server.close()
    expect(policies).toEqual([{ maxAge: 60, scope: 'PUBLIC' }, null])
  })
})

it('leaves an answer that has nothing to do with callers to the hints of Apollo', async () => {
  const { auth } = await setUpProvider()
  const server = await startApollo({ auth })
  const { headers } = await ask(server.url, '{ public }')
  await server.close()
  expect(headers.get('cache-control')).toBe('max-age=60, public')
})
