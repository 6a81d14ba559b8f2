import type { APIRequestContext } from '@playwright/test'
import { allowedOrigin, findApplication, reportsAudience, type Stack } from '../support/stack.ts'
import { expect, test } from '../support/test.ts'

test('the API refuses a call without a token', async ({ request, stack }) => {
  const response = await request.get(`${stack.apiUrl}/reports`)
  expect(response.status()).toBe(401)
  expect(response.headers()['www-authenticate']).toMatch(/^Bearer/)
})

test('the API refuses a token that is not a token, and one for another API', async ({
  request,
  stack,
}) => {
  const foreign = await mintToken(request, stack, `${stack.issuer.url}/api`, 'read:users')
  for (const token of ['not.a.token', foreign]) {
    const response = await request.get(`${stack.apiUrl}/reports`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status()).toBe(401)
    expect(response.headers()['www-authenticate']).toContain('error="invalid_token"')
  }
})

test('the API gives reports to a machine with the scope and tells who called', async ({
  request,
  stack,
}) => {
  const token = await mintToken(request, stack, reportsAudience, 'read:reports')
  const headers = { authorization: `Bearer ${token}` }
  const reports = await request.get(`${stack.apiUrl}/reports`, { headers })
  expect(reports.status()).toBe(200)
  expect(await reports.text()).toContain('Revenue')
  const me = await request.get(`${stack.apiUrl}/me`, { headers })
  expect(await me.json()).toMatchObject({ kind: 'machine', clientId: 'machine-demo' })
})

for (const server of ['express', 'apollo']) {
  test(`the API gives the same by GraphQL: ${server}`, async ({ request, stack }) => {
    const ask = async (query: string, token?: string) =>
      request.post(`${stack.apiUrl}/graphql/${server}`, {
        data: { query },
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      })
    const nobody = await ask('{ reports { title } }')
    expect(await nobody.json()).toMatchObject({
      data: { reports: null },
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
    const foreign = await mintToken(request, stack, `${stack.issuer.url}/api`, 'read:users')
    const refused = await ask('{ reports { title } }', foreign)
    expect(refused.status()).toBe(401)
    expect(refused.headers()['www-authenticate']).toContain('error="invalid_token"')
    const token = await mintToken(request, stack, reportsAudience, 'read:reports')
    const answer = await (await ask('{ me { kind clientId } reports { title } }', token)).json()
    expect(answer).toMatchObject({ data: { me: { kind: 'machine', clientId: 'machine-demo' } } })
    expect(JSON.stringify(answer)).toContain('Revenue')
  })
}

test('the API lets in the pages of allowed origins only', async ({ request, stack }) => {
  const preflight = async (origin: string) =>
    request.fetch(`${stack.apiUrl}/reports`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      },
    })
  const allowed = (await preflight(allowedOrigin)).headers()
  expect(allowed['access-control-allow-origin']).toBe(allowedOrigin)
  expect(allowed['access-control-allow-headers']).toContain('authorization')
  const refused = (await preflight('http://localhost.evil.example')).headers()
  expect(refused['access-control-allow-origin']).toBeUndefined()
  expect(refused['access-control-allow-headers']).toBeUndefined()
})

test('the API answers unknown paths with JSON', async ({ request, stack }) => {
  const response = await request.get(`${stack.apiUrl}/nowhere`)
  expect(response.status()).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'not_found' } })
})

// RFC 6749 section 4.4
async function mintToken(
  request: APIRequestContext,
  stack: Stack,
  audience: string,
  scope: string,
): Promise<string> {
  const machine = findApplication(stack.issuer, 'machine-demo')
  const response = await request.post(`${stack.issuer.url}/oauth2/token`, {
    form: {
      grant_type: 'client_credentials',
      client_id: machine.id,
      client_secret: machine.secret ?? '',
      audience,
      scope,
    },
  })
  expect(response.status()).toBe(200)
  const body: unknown = await response.json()
  expect(body).toMatchObject({ access_token: expect.any(String) })
  return String(Object.entries(body ?? {}).find(([name]) => name === 'access_token')?.[1])
}
