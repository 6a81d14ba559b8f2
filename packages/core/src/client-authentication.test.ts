import { describe, expect, it } from 'vitest'
import { createClient } from '../test/client.ts'
import { paths } from '../test/fake-provider.ts'
import { requestClientCredentials } from './client-credentials.ts'
import { readFrontendConfig } from './frontend-config.ts'

describe('a client proves itself', () => {
  const secret = 's:e+c%r et/ü&=?"\'<€'
  const clientId = 'client:1'

  const send = async (
    methods: unknown,
    options: Parameters<typeof createClient>[0] = {},
  ): Promise<{ form: URLSearchParams; authorization: string | null }> => {
    const { fake, config, provider } = await createClient({
      clientSecret: secret,
      clientId,
      ...options,
    })
    fake.metadata['token_endpoint_auth_methods_supported'] = methods
    await requestClientCredentials({ audience: undefined, scopes: [] }, config, provider)
    const [request] = fake.to(paths.token)
    if (!request) throw new Error('no token request was sent')
    return { form: request.form, authorization: request.headers.get('authorization') }
  }

  const encode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1)
  const inBody = { client_id: clientId, client_secret: secret }

  it.each([
    ['only client_secret_post is offered', ['client_secret_post'], {}],
    ['both are offered', ['client_secret_basic', 'client_secret_post'], {}],
    ['neither is offered', ['private_key_jwt'], {}],
    ['Kinde does not say', undefined, {}],
    ['the option says so', ['client_secret_basic'], { clientAuthentication: 'post' }],
  ] as const)('TR-21 in the body alone when %s', async (_name, methods, options) => {
    const { form, authorization } = await send(methods, options)
    expect(Object.fromEntries(form)).toMatchObject(inBody)
    expect(authorization).toBeNull()
  })

  it.each([
    ['only client_secret_basic is offered', ['client_secret_basic'], {}],
    ['another provider does not say (RFC 8414)', undefined, { preset: 'oidc' }],
    ['the option says so', ['client_secret_post'], { clientAuthentication: 'basic' }],
  ] as const)(
    'TR-20 TR-21 in the header alone, form-encoded, when %s',
    async (_name, methods, options) => {
      const { form, authorization } = await send(methods, options)
      expect(form.has('client_secret')).toBe(false)
      expect(authorization).toMatch(/^Basic [A-Za-z0-9+/]+=*$/)
      const pair = Buffer.from(authorization?.slice(6) ?? '', 'base64').toString('latin1')
      const [user, password, ...rest] = pair.split(':')
      expect(rest).toEqual([])
      expect([user, password]).toEqual([encode(clientId), encode(secret)])
    },
  )

  it('TR-21 by its name alone when it has no secret', async () => {
    const { fake, config, provider } = await createClient({ clientId })
    const open = readFrontendConfig(
      { issuer: config.issuer, clientId, env: {} },
      'https://a.example',
    )
    await requestClientCredentials({ audience: undefined, scopes: [] }, open, provider)
    const [request] = fake.to(paths.token)
    expect(request?.form.get('client_id')).toBe(clientId)
    expect([...(request?.form.keys() ?? [])]).not.toContain('client_secret')
    expect(request?.headers.get('authorization')).toBeNull()
  })
})
