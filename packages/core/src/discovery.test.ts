import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf } from '../test/client.ts'
import { createFakeProvider, type FakeProvider, json, paths } from '../test/fake-provider.ts'
import { createDiscovery, type Metadata } from './discovery.ts'
import { createHttp } from './internal/http.ts'

const issuer = 'https://tenant.kinde.test'
const minutes = 60_000

describe('discovery', () => {
  let fake: FakeProvider
  let now: number
  let discover: () => Promise<Metadata>
  beforeEach(async () => {
    // Without jitter the pauses between attempts are zero.
    vi.spyOn(Math, 'random').mockReturnValue(0)
    now = Date.UTC(2026, 10, 25)
    fake = await createFakeProvider({ clock: () => now })
    discover = create()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const create = (of = issuer): (() => Promise<Metadata>) => {
    const http = createHttp({ fetch: fake.fetch, timeout: 30, maxBytes: 50_000 })
    return createDiscovery({ issuer: of, http, clock: () => now })
  }
  const fetches = (): number => fake.to(paths.discovery).length

  it('gives the endpoints, and fetches them once for a thousand who ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 1000 }, async () => discover()))
    expect(all[999]).toMatchObject({ token_endpoint: `${issuer}/oauth2/token` })
    expect(fetches()).toBe(1)
  })

  it.each([
    ['differs', 'https://other.kinde.test'],
    ['is missing', undefined],
    ['is empty', ''],
    ['is no URL', 'tenant'],
    ['is a number', 1],
    ['has a slash more', `${issuer}/`],
    ['has another case', 'https://TENANT.kinde.test'],
    ['has a path', `${issuer}/a`],
    ['is a list', [issuer]],
  ])('MD-01 refuses metadata whose issuer %s', async (_name, value) => {
    fake.metadata['issuer'] = value
    expect((await failureOf(discover())).status).toBeGreaterThanOrEqual(502)
  })

  it.each([
    ['https://login.example/', 'https://login.example'],
    ['https://login.example', 'https://login.example/'],
  ])('MD-01 takes %s and %s for two issuers', async (configured, named) => {
    fake.metadata['issuer'] = named
    expect(await failureOf(create(configured)())).toMatchObject({
      code: 'provider_response_invalid',
    })
  })

  it('MD-15 names the configured issuer in the log when the metadata name another', async () => {
    fake.metadata['issuer'] = 'https://auth.example'
    const error = await failureOf(discover())
    expect([error.code, error.status]).toEqual(['provider_response_invalid', 502])
    expect(error.cause).toMatchObject({ message: expect.stringContaining(issuer) })
    expect(error.message).not.toContain('auth.example')
  })

  it('MD-03 has no memory of a failure: down first, then up', async () => {
    const undo = fake.on(paths.discovery, () => json({}, 503))
    expect(await failureOf(discover())).toMatchObject({ code: 'provider_unavailable', status: 503 })
    undo()
    expect(await discover()).toMatchObject({ issuer })
  })

  it('MD-04 uses what it has for a day while the server is down, and looks every five seconds', async () => {
    await discover()
    fake.on(paths.discovery, () => json({}, 503))
    now += 10 * minutes
    expect(await discover()).toMatchObject({ issuer })
    const looked = fetches()
    expect(await discover()).toMatchObject({ issuer })
    expect(fetches()).toBe(looked)
    now += 5_000
    expect(await discover()).toMatchObject({ issuer })
    expect(fetches()).toBeGreaterThan(looked)
    now += 24 * 60 * minutes
    expect(await failureOf(discover())).toMatchObject({ code: 'provider_unavailable' })
  })

  it('asks again after ten minutes, so a moved endpoint is found', async () => {
    await discover()
    fake.metadata['token_endpoint'] = `${issuer}/moved`
    now += 10 * minutes - 1
    expect((await discover()).token_endpoint).toBe(`${issuer}/oauth2/token`)
    now += 1
    expect((await discover()).token_endpoint).toBe(`${issuer}/moved`)
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['HTML', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['JSON that is cut', () => new Response('{"issuer":')],
    ['nothing', () => new Response('')],
    ['a list', () => json([])],
    ['null', () => json(null)],
    ['more than the limit', () => json({ issuer, more: 'x'.repeat(60_000) })],
    ['a redirect', () => Response.redirect('https://evil.test/')],
    ['404', () => json({}, 404)],
    ['429', () => json({}, 429, { 'retry-after': '60' })],
    ['no answer', async () => new Promise<Response>(() => undefined)],
  ])('MD-05 %s in place of the metadata is an outage, and passes', async (_name, answer) => {
    const undo = fake.on(paths.discovery, answer)
    const error = await failureOf(discover())
    expect([error.code, error.status]).toEqual(['provider_unavailable', 503])
    expect(fake.requests.every(({ url }) => url.origin === issuer)).toBe(true)
    undo()
    expect(await discover()).toMatchObject({ issuer })
  })

  describe.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri'])('%s', (name) => {
    it.each([
      ['MD-06 missing', undefined],
      ['MD-06 relative', '/oauth2/x'],
      ['MD-06 a number', 1],
      ['MD-06 a list', [`${issuer}/x`]],
      ['MD-06 empty', ''],
      ['MD-06 plain http', 'http://tenant.kinde.test/x'],
      ['MD-06 a data URL', 'data:application/json,{}'],
      ['MD-06 javascript', 'javascript:alert(1)'],
      ['MD-08 with a user and a password', 'https://user:private-1@tenant.kinde.test/x'],
    ])('%s is refused, and named in the log without its value', async (_name, value) => {
      fake.metadata[name] = value
      const error = await failureOf(discover())
      expect([error.code, error.status]).toEqual(['provider_response_invalid', 502])
      expect(error.cause).toMatchObject({ message: expect.stringContaining(name) })
      expect(String(error.cause)).not.toContain('private-1')
    })
  })

  it.each([
    'userinfo_endpoint',
    'end_session_endpoint',
    'revocation_endpoint',
    'pushed_authorization_request_endpoint',
    'introspection_endpoint',
  ])('MD-09 does without %s when it is missing or cannot be used', async (name) => {
    for (const value of [
      undefined,
      1,
      '/x',
      'http://tenant.kinde.test/x',
      'data:,',
      'https://u:p@x.test',
    ]) {
      fake.metadata[name] = value
      expect(await create()()).toMatchObject({ issuer })
      expect(await create()()).not.toHaveProperty(name)
    }
  })

  it('MD-10 takes endpoints on another origin', async () => {
    fake.metadata['token_endpoint'] = 'https://tokens.example/token'
    expect((await discover()).token_endpoint).toBe('https://tokens.example/token')
  })

  it('MD-13 takes every path from the metadata', async () => {
    for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
      fake.metadata[name] = `${issuer}/elsewhere/${name}`
    }
    expect(await discover()).toMatchObject({
      authorization_endpoint: `${issuer}/elsewhere/authorization_endpoint`,
      token_endpoint: `${issuer}/elsewhere/token_endpoint`,
      jwks_uri: `${issuer}/elsewhere/jwks_uri`,
    })
  })

  it('MD-16 reads __proto__ as data', async () => {
    const text = JSON.stringify({ ...fake.metadata, jwks_uri: undefined })
    const hostile = `{"__proto__":{"jwks_uri":"https://evil.test/jwks"},${text.slice(1)}`
    fake.on(paths.discovery, () => new Response(hostile))
    expect(await failureOf(discover())).toMatchObject({ code: 'provider_response_invalid' })
    expect(Object.getPrototypeOf({})).not.toHaveProperty('jwks_uri')
  })

  it('looks below the path of an issuer that has one', async () => {
    fake.metadata['issuer'] = `${issuer}/realms/one`
    fake.on('/realms/one/.well-known/openid-configuration', () => json(fake.metadata))
    expect(await create(`${issuer}/realms/one`)()).toMatchObject({
      issuer: `${issuer}/realms/one`,
    })
  })

  it('allows plain http for an issuer on this machine, its endpoints included', async () => {
    const local = 'http://localhost:4000'
    for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
      fake.metadata[name] = `${local}/${name}`
    }
    fake.metadata['issuer'] = local
    expect(await create(local)()).toMatchObject({ token_endpoint: `${local}/token_endpoint` })
  })
})
