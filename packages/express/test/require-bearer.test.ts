import { AccessDeniedError, TrefoilError } from '@trefoil/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createFakeProvider,
  type FakeProvider,
  json,
  paths,
} from '../../core/test/fake-provider.ts'
import { createBearerGuard, errorHandler } from '../src/index.ts'
import { type Express, frameworks } from './frameworks.ts'
import { serve, type Served } from './serve.ts'

describe.each(frameworks)('requireBearer on %s', (_name, express) => {
  let provider: FakeProvider
  let served: Served
  const errors: unknown[] = []
  beforeEach(async () => {
    provider = await createFakeProvider()
    served = await serve(buildApi())
  })
  afterEach(() => {
    errors.length = 0
    return served.close()
  })

  function buildApi(): Express {
    const { issuer, fetch } = provider
    const requireBearer = createBearerGuard({
      issuer,
      fetch,
      audience: 'https://api.example',
      env: {},
    })
    const api = express()
    api.get('/me', requireBearer(), (req, res) => res.json({ subject: req.bearer?.subject }))
    api.get('/reports', requireBearer({ scopes: ['read:reports'] }), (_req, res) => res.json([]))
    api.options('/reports', (_req, res) => res.status(204).end())
    api.use((error: unknown, _req: unknown, _res: unknown, next: (error: unknown) => void) => {
      errors.push(error)
      next(error)
    })
    api.use(errorHandler())
    return api
  }

  const get = async (path: string, token?: string): ReturnType<Served['get']> =>
    served.get(path, token === undefined ? {} : { authorization: `Bearer ${token}` })

  it('lets a good token pass and tells whose it is', async () => {
    const answer = await get('/me', await provider.accessToken())
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { subject: 'kp_1' }])
  })

  it('AP-01 answers 401 with a bare challenge when no token came', async () => {
    const answer = await get('/me')
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    expect(answer.headers['cache-control']).toContain('no-store')
    expect(JSON.parse(answer.body).error.code).toBe('token_missing')
  })

  it('AP-02 does not look for a token in the query', async () => {
    expect((await get(`/me?access_token=${await provider.accessToken()}`)).status).toBe(401)
  })

  it('AP-20 answers 401 invalid_token for a bad token and keeps the reason to itself', async () => {
    const answer = await get('/me', await provider.accessToken({ aud: ['other'] }))
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ])
    expect(answer.body).not.toMatch(/aud does not|loginUrl/)
    expect(errors).toEqual([expect.any(TrefoilError)])
  })

  it('AP-12 answers 403 that names the missing scope', async () => {
    const answer = await get('/reports', await provider.accessToken())
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="read:reports"',
    ])
    expect(JSON.parse(answer.body).error.missing).toEqual({ scopes: ['read:reports'] })
    expect(errors).toEqual([expect.any(AccessDeniedError)])
  })

  it('KS-06 answers 503 with Retry-After while the keys cannot be had, and recovers', async () => {
    const undo = provider.on(paths.jwks, () => json({}, 400))
    const token = await provider.accessToken()
    const answer = await get('/me', token)
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5'])
    undo()
    expect((await get('/me', token)).status).toBe(200)
  })

  it('answers JSON also to a browser that opened the API', async () => {
    const answer = await served.get('/me', { accept: 'text/html', 'sec-fetch-mode': 'navigate' })
    expect(answer.headers['content-type']).toContain('application/json')
  })

  it('AP-21 leaves a preflight to the application', async () => {
    expect((await served.get('/reports', {}, 'OPTIONS')).status).toBe(204)
  })

  it('refuses a requirement that it does not know when the guard is made', () => {
    const guard = createBearerGuard({ env: {} })
    // @ts-expect-error -- a misspelled member
    expect(() => guard({ scope: ['read:reports'] })).toThrow(/requirement.scope is not known/)
  })
})
