import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, vi } from 'vitest'
import { createSeed, SeedError, startIssuer } from '../src/index.ts'
import { Browser } from './browser.ts'
import {
  askMachine,
  begin,
  callbackOf,
  refresh,
  reports,
  signIn,
  signInForTokens,
  start,
} from './client.ts'

describe('an issuer', () => {
  it('has a URL without a slash and the built-in seed, of which it keeps a copy', async () => {
    const seed = createSeed()
    const issuer = await start({ seed })
    expect(issuer.url).toMatch(/^http:\/\/localhost:\d+$/)
    expect(issuer.seed).toEqual(seed)
    issuer.addApplication({ ...seed.applications[0]!, id: 'added' })
    expect(seed.applications.some(({ id }) => id === 'added')).toBe(false)
  })

  it('notes what came in', async () => {
    const issuer = await start()
    await signInForTokens(issuer)
    await askMachine(issuer, { audience: 'https://unknown.example' })
    await fetch(`${issuer.url}/nowhere`)
    const paths = issuer.requests.map(
      ({ method, path }) => `${method} ${path.split('/', 3).join('/')}`,
    )
    expect(paths).toEqual(
      [
        'GET /oauth2/auth',
        'GET /sign-in',
        'POST /sign-in',
        'GET /oauth2/auth',
        'POST /oauth2/token',
        'POST /oauth2/token',
        'GET /nowhere',
      ].map((text) => (text.includes('/sign-in') ? expect.stringContaining('/sign-in') : text)),
    )
    expect(issuer.requests.slice(-3)).toEqual([
      {
        method: 'POST',
        path: '/oauth2/token',
        status: 200,
        grantType: 'authorization_code',
        clientId: 'express-demo',
      },
      {
        method: 'POST',
        path: '/oauth2/token',
        status: 400,
        grantType: 'client_credentials',
        clientId: 'machine-demo',
      },
      { method: 'GET', path: '/nowhere', status: 404 },
    ])
  })

  it('keeps passwords, secrets and tokens out of what it notes', async () => {
    const issuer = await start()
    const tokens = await signInForTokens(issuer)
    await refresh(issuer, tokens['refresh_token'])
    const noted = JSON.stringify(issuer.requests)
    for (const secret of ['trefoil"', 'SecretThatOpens', tokens['refresh_token'] ?? '', 'eyJ']) {
      expect(noted).not.toContain(secret)
    }
  })

  it('lets a test answer in its place, with the request to look at, until that is undone', async () => {
    const issuer = await start()
    const seen: string[] = []
    const undo = issuer.intercept(async (request) => {
      if (!request.url.endsWith('/oauth2/token')) return undefined
      seen.push(`${request.method} ${new URLSearchParams(await request.text()).get('grant_type')}`)
      return new Response('{"error":"slow_down"}', {
        status: 429,
        headers: { 'ratelimit-reset': '7', 'content-type': 'application/json' },
      })
    })
    const throttled = await askMachine(issuer, { audience: reports })
    expect(throttled.status).toBe(429)
    expect(throttled.headers.get('ratelimit-reset')).toBe('7')
    expect(seen).toEqual(['POST client_credentials'])
    expect(issuer.requests.at(-1)).toMatchObject({ status: 429, grantType: 'client_credentials' })
    expect((await fetch(`${issuer.url}/.well-known/jwks`)).status).toBe(200)
    undo()
    expect((await askMachine(issuer, { audience: reports })).status).toBe(200)
  })

  it('reads the body for itself after an interceptor that has read it', async () => {
    const issuer = await start()
    issuer.intercept(async (request) => {
      await request.text()
      return undefined
    })
    expect((await askMachine(issuer, { audience: reports })).status).toBe(200)
  })

  it('answers 500 when an interceptor fails, and goes on', async () => {
    const issuer = await start()
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const undo = issuer.intercept(() => {
      throw new Error('The test is wrong.')
    })
    expect((await fetch(`${issuer.url}/logout`)).status).toBe(500)
    undo()
    expect((await fetch(`${issuer.url}/logout`)).status).toBe(200)
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('The test is wrong.'))
    warn.mockRestore()
  })

  it('refuses a body that is larger than any request of its clients', async () => {
    const issuer = await start()
    const body = new URLSearchParams({ token: 'x'.repeat(2 * 1024 * 1024) })
    const status = await fetch(`${issuer.url}/oauth2/token`, { method: 'POST', body }).then(
      (response) => response.status,
      () => 'closed',
    )
    expect([413, 'closed']).toContain(status)
    expect((await askMachine(issuer, { audience: reports })).status).toBe(200)
  })

  it('ends the sessions of a user who is revoked', async () => {
    const issuer = await start()
    const browser = new Browser()
    await signInForTokens(issuer, { browser })
    await issuer.revokeUser('owner@example.com')
    const page = await browser.visit(begin(issuer, { prompt: 'none' }).url)
    expect(callbackOf(page)).toMatchObject({ error: 'login_required' })
    expect(await signIn(begin(issuer))).toHaveProperty('code')
  })

  it('shares nothing with another in the same process', async () => {
    const [one, two] = [await start(), await start()]
    const browser = new Browser()
    const tokens = await signInForTokens(one, { browser })
    const silent = callbackOf(await browser.visit(begin(two, { prompt: 'none' }).url))
    expect(silent).toMatchObject({ error: 'login_required' })
    expect((await refresh(two, tokens['refresh_token'])).status).toBe(400)
    two.settings.accessTokenLifetime = 1
    expect(one.settings.accessTokenLifetime).toBe(86_400)
    await signInForTokens(two, { browser })
    expect(callbackOf(await browser.visit(begin(one, { prompt: 'none' }).url))).toHaveProperty(
      'code',
    )
    const keys = await Promise.all(
      [one, two].map(async ({ url }) => (await fetch(`${url}/.well-known/jwks`)).text()),
    )
    expect(keys[0]).not.toBe(keys[1])
  })

  it('frees its port when it is closed, with connections still open', async () => {
    const issuer = await startIssuer({ port: 0 })
    await fetch(`${issuer.url}/.well-known/jwks`)
    await issuer.close()
    await issuer.close()
    await expect(fetch(`${issuer.url}/.well-known/jwks`)).rejects.toThrow()
    const server = createServer().listen(Number(new URL(issuer.url).port), 'localhost')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
  })

  it('rejects when the port is taken', async () => {
    const issuer = await start()
    const port = Number(new URL(issuer.url).port)
    await expect(startIssuer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
  })

  it('names every mistake of its seed, and takes lists that are left out for empty', async () => {
    const seed = createSeed()
    seed.users[0]!.memberships[0]!.organization = 'org_nowhere'
    seed.roles[1]!.permissions.push('read:minds')
    const error: unknown = await startIssuer({ port: 0, seed }).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(SeedError)
    expect(String(error)).toMatch(/users\[0\]\.memberships\[0\]\.organization/)
    expect(String(error)).toMatch(/roles\[1\]\.permissions\[1\]/)
    const empty = await start({ seed: {} })
    expect(empty.seed.users).toEqual([])
  })

  it.each(['TRACE / HTTP/1.1', 'GET http://evil.example/ HTTP/1.1', 'OPTIONS * HTTP/1.1'])(
    'answers 400 to %s',
    async (line) => {
      const issuer = await start()
      const socket = connect(Number(new URL(issuer.url).port), 'localhost')
      socket.end(`${line}\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
      const [answer] = await once(socket, 'data')
      socket.destroy()
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /)
    },
  )

  it('prints nothing', async () => {
    const script = `
      import { startIssuer } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      const issuer = await startIssuer({ port: 0 })
      const { id, secret } = issuer.seed.applications.find(({ kind }) => kind === 'machine')
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret })
      await fetch(issuer.url + '/oauth2/token', { method: 'POST', body })
      await fetch(issuer.url + '/.well-known/openid-configuration')
      await fetch(issuer.url + '/oauth2/auth?client_id=x')
      await issuer.close()`
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    )
    expect([stdout, stderr]).toEqual(['', ''])
  })
})
