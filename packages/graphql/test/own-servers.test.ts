import { afterEach, describe, expect, it } from 'vitest'
import { ask, bearer } from './ask.ts'
import { type Running, startNodeHttp, startStandalone } from './servers.ts'
import { setUpProvider } from './tokens.ts'

describe.each([
  ['Apollo Server by itself', startStandalone],
  ["graphql-http on Node's server", startNodeHttp],
])('%s', (_name, start) => {
  let server: Running | undefined
  afterEach(async () => server?.close())

  it('knows the caller, denies what is guarded and refuses a bad token', async () => {
    const { provider, auth } = await setUpProvider()
    server = await start(auth)
    const good = bearer(await provider.accessToken())
    const me = await ask(server.url, '{ me { subject } }', good)
    expect([me.data, me.headers.get('cache-control')]).toEqual([
      { me: { subject: 'kp_1' } },
      'private, no-store',
    ])
    const denied = await ask(server.url, '{ me { subject } }')
    expect(denied.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(denied.headers.get('www-authenticate')).toBe('Bearer')
    const refused = await ask(server.url, '{ public }', {
      ...bearer('broken'),
      accept: 'application/graphql-response+json',
    })
    expect([refused.status, refused.data]).toEqual([401, undefined])
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(refused.headers.get('content-type')).toContain('application/graphql-response+json')
  })
})
