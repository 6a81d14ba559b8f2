import { describe, expect, it, vi } from 'vitest'
import { problemsOf } from '../test/problems.ts'
import { createConfig, options, secrets } from '../test/settings.ts'
import { readBackendConfig } from './backend-config.ts'
import { assertBackendOptions, type BackendOptions } from './backend-options.ts'
import { TrefoilError } from './errors.ts'
import type { EventListener } from './events.ts'
import { createMemoryStore } from './session-store.ts'

const problems = (changes: object): readonly string[] => problemsOf(() => createConfig(changes))
const problem = (changes: object): string => {
  const [first = '', ...others] = problems(changes)
  expect(others).toEqual([])
  return first
}

describe('the configuration of a back-end application', () => {
  it('takes what is complete and gives the defaults of the rules', () => {
    expect(createConfig()).toMatchObject({
      clientAuthentication: undefined,
      siteOrigin: 'https://app.example',
      allowedOrigins: ['https://app.example'],
      secrets: [secrets[0]],
      basePath: '/auth',
      callbackPath: '/auth/callback',
      audience: [],
      scopes: ['openid', 'profile', 'email', 'offline'],
      postLoginPath: '/',
      postLogoutRedirectUrl: undefined,
      cookies: { name: 'trefoil', secure: true, sameSite: 'lax' },
      session: { idleTimeout: 86_400, absoluteTimeout: 604_800, sameSite: 'lax' },
    })
    expect(createConfig().cookies).not.toHaveProperty('domain')
  })

  it('tells its listener of events with the issuer, and logs them to the console without one', () => {
    const onEvent = vi.fn<EventListener>()
    const log = vi.spyOn(console, 'error').mockReturnValue()
    createConfig({ onEvent }).onEvent({ type: 'signed_out', subject: 'kp_1' })
    const { issuer } = options
    expect(onEvent.mock.calls).toEqual([[{ issuer, type: 'signed_out', subject: 'kp_1' }]])
    const error = new TrefoilError('provider_unavailable')
    createConfig({ onEvent }).onEvent({ type: 'failed', code: error.code, error })
    expect(log).not.toHaveBeenCalled()
    createConfig().onEvent({ type: 'failed', code: error.code, error })
    expect(log).toHaveBeenCalledOnce()
    log.mockRestore()
  })

  it('reads all of it from the environment by the names that Kinde uses', () => {
    const env = {
      KINDE_ISSUER_URL: 'https://tenant.kinde.test/',
      KINDE_CLIENT_ID: 'client-1',
      KINDE_CLIENT_SECRET: 'client-secret',
      KINDE_SITE_URL: 'https://app.example/',
      KINDE_POST_LOGIN_REDIRECT_URL: 'https://app.example/dashboard?tab=1',
      KINDE_POST_LOGOUT_REDIRECT_URL: 'https://www.example/bye',
      KINDE_AUDIENCE: 'https://api.example https://other.example',
      KINDE_SCOPE: 'openid offline',
      KINDE_COOKIE_DOMAIN: '.app.example',
      TREFOIL_SECRET: secrets.join(', '),
    }
    expect(readBackendConfig({ env })).toMatchObject({
      issuer: 'https://tenant.kinde.test',
      siteOrigin: 'https://app.example',
      clientSecret: 'client-secret',
      postLoginPath: '/dashboard?tab=1',
      postLogoutRedirectUrl: 'https://www.example/bye',
      audience: ['https://api.example', 'https://other.example'],
      scopes: ['openid', 'offline'],
      cookies: { domain: 'app.example' },
      secrets,
    })
  })

  it('names every problem at once, each with its variable and the way out', () => {
    expect(problemsOf(() => readBackendConfig({ env: {} }))).toEqual([
      expect.stringMatching(/^issuer \(KINDE_ISSUER_URL\) is missing: set it/),
      expect.stringMatching(/^siteUrl \(KINDE_SITE_URL\) is missing: set it/),
      expect.stringMatching(/^clientId \(KINDE_CLIENT_ID\) is missing: copy/),
      expect.stringMatching(/^clientSecret \(KINDE_CLIENT_SECRET\) is missing: a back-end/),
      expect.stringMatching(/^secret \(TREFOIL_SECRET\) is missing: make one with "openssl/),
    ])
  })

  it('names every problem in one message for the log', () => {
    const all: object = {
      issuer: 'x',
      timeout: 1,
      audience: ['a', 'a'],
      secret: 'short',
      preset: 'x',
    }
    expect(problems(all)).toHaveLength(5)
    expect(() => createConfig(all)).toThrow(
      /problems:\n- preset[\s\S]*\n- issuer[\s\S]*\n- timeout[\s\S]*\n- secret[\s\S]*\n- audience/,
    )
  })

  it('never quotes a secret', () => {
    const told = problems({
      secret: 'short-and-secret',
      clientId: '',
      clientSecret: 'hush',
      audience: ['a', 'a'],
    })
    expect(told).toHaveLength(3)
    expect(told.join()).not.toMatch(/short-and-secret|hush/)
  })

  it('CF-01 refuses an option that does not exist, when the app is made', () => {
    const misspelled: object = { secrets: 'x', session: { idleTimeOut: 5, store: undefined } }
    expect(problemsOf(() => assertBackendOptions(misspelled))).toEqual([
      expect.stringMatching(
        /^createBackendApp: the option "secrets" is not known\. Known are .*secret,/,
      ),
    ])
    expect(problemsOf(() => assertBackendOptions({ session: misspelled }))).toHaveLength(2)
    expect(() => assertBackendOptions({ ...options, session: { idleTimeout: 5 } })).not.toThrow()
  })

  it('tells who has no client secret which kind of application was made by mistake', () => {
    expect(problem({ clientSecret: undefined })).toMatch(
      /KINDE_CLIENT_SECRET.*front-end application.*create it as "Back-end web"/,
    )
  })

  it.each([
    ['clientAuthentication', { clientAuthentication: 'Basic' }],
    ['session.sameSite', { session: { sameSite: 'none' } }],
  ])('refuses a word for %s that it does not know', (name, changes) => {
    expect(problem(changes)).toMatch(new RegExp(`^${name}( \\(\\w+\\))? must be "\\w+" or "\\w+"`))
  })
})

describe('a session secret', () => {
  it('SE-09 CF-03 has no default, in production as little as elsewhere', () => {
    for (const siteUrl of ['https://app.example', 'http://localhost:3000']) {
      expect(problem({ secret: undefined, siteUrl, env: { NODE_ENV: 'production' } })).toMatch(
        /missing/,
      )
    }
    expect(problem({ secret: [] })).toMatch(/missing/)
    expect(problem({ secret: ' , ' })).toMatch(/missing/)
  })

  it.each([
    ['31 letters', secrets[0].slice(1), 1],
    ['32 letters', secrets[0], 0],
    ['16 letters of two bytes', 'äöüßéèêëàáâñóòôç', 0],
    ['15 letters of two bytes', 'äöüßéèêëàáâñóòô', 1],
    ['blanks around 31 letters', ` ${secrets[0].slice(1)} `, 1],
    ['an older one that is short', [secrets[0], 'short'], 1],
  ])('SE-08 needs 32 bytes of UTF-8: %s', (_name, secret, expected) => {
    expect(problems({ secret })).toHaveLength(expected)
    if (expected > 0)
      expect(problem({ secret })).toMatch(/^secret \(TREFOIL_SECRET\) is too short.*32 bytes/)
  })

  it.each([
    'a'.repeat(64),
    'aabbabaabbbabaabababbbaaabababba',
    '0123456789abcdef0123456789abcdef',
    'change-me-change-me-change-me-now!!',
    'your-secret-goes-here-0123456789-abc',
    'an-example-secret-for-local-use-only',
    'complex_password_at_least_32_characters_long',
    'use [openssl rand -hex 32] to generate a 32 bytes value',
    'a long, randomly-generated string stored in env',
    'LONG_RANDOM_VALUE_OF_THE_OPERATOR_01',
    'changeme0123456789abcdefghijklmnop',
    'yoursecret0123456789abcdefghijklmn',
    'localuse0123456789abcdefghijklmnop',
    'atleast0123456789abcdefghijklmnopq',
    'longrandom0123456789abcdefghijklmn',
    'abcdefghijkl'.repeat(3),
  ])('SE-08 CF-03 may not be an example on a public site: %s', (secret) => {
    expect(problems({ secret: [secret] })).toEqual([
      expect.stringMatching(/^secret \(TREFOIL_SECRET\) is an example: make one/),
    ])
    expect(problems({ secret: [secret], siteUrl: 'http://localhost:3000' })).toEqual([])
  })

  it.each([
    'abcdefghabcdefghabcdefghabcdefghi',
    'xabcdefghabcdefghabcdefghabcdefgh',
    'abcdefghhgfedcbabadcfehgghefcdab',
  ])('SE-08 may have parts that come again, and as few as eight characters: %s', (secret) =>
    expect(problems({ secret: [secret] })).toEqual([]),
  )

  it('SE-10 is a list, the newest first', () => {
    expect(createConfig({ secret: secrets.join(',') }).secrets).toEqual(secrets)
    expect(createConfig({ secret: secrets }).secrets).toEqual(secrets)
  })
})

describe('the site URL', () => {
  it.each([
    ['CF-03 plain http beyond this machine', 'http://app.example', /must begin with https:\/\//],
    ['another scheme, on this machine too', 'ftp://localhost', /must begin with https:\/\//],
    ['no URL', 'app.example', /is not a URL/],
    [
      'a path',
      'https://app.example/shop',
      /must be an origin: use https:\/\/app\.example, and basePath/,
    ],
    ['a query', 'https://app.example/?', /must be an origin/],
    ['a hash', 'https://app.example/#top', /must be an origin/],
    ['a user', 'https://user@app.example', /must be an origin/],
    ['a password', 'https://:password@app.example', /must be an origin/],
    ['a wildcard', 'https://*.app.example', /has a wildcard/],
  ])('may not be %s', (_name, siteUrl, text) => {
    expect(problem({ siteUrl })).toMatch(text)
    expect(problem({ siteUrl })).toMatch(/^siteUrl \(KINDE_SITE_URL\)/)
    expect(problem({ siteUrl })).not.toContain('password')
  })

  it('CF-03 may not be public while the issuer is on this machine', () => {
    expect(problem({ issuer: 'http://localhost:4400' })).toMatch(
      /KINDE_SITE_URL.*is public while the issuer is on this machine: set KINDE_ISSUER_URL/,
    )
    expect(problems({ issuer: 'http://localhost:4400', siteUrl: 'http://localhost:3000' })).toEqual(
      [],
    )
  })

  it('RD-03 is joined by origins of its own scheme, and says which that is', () => {
    expect(problem({ allowedOrigins: ['http://localhost:3000'] })).toBe(
      'allowedOrigins: http://localhost:3000 must begin with https://, as siteUrl.',
    )
  })

  it('names the origins of an API that are none', () => {
    expect(problem({ apiOrigins: ['api.example'] })).toMatch(/^apiOrigins\b/)
  })

  it('SE-33 makes cookies Secure exactly when it is https', () => {
    expect(createConfig().cookies.secure).toBe(true)
    expect(createConfig({ siteUrl: 'http://localhost:3000' }).cookies.secure).toBe(false)
  })

  it('RD-03 is joined by further origins, each one exactly', () => {
    const allowedOrigins = ['https://preview.example:8443/', 'https://localhost:3000']
    expect(createConfig({ allowedOrigins }).allowedOrigins).toEqual([
      'https://app.example',
      'https://preview.example:8443',
      'https://localhost:3000',
    ])
  })

  it.each([
    'http://',
    'https://*.vercel.app',
    'https://app.example@evil',
    'http://preview.example',
    'null',
    'https://a.example/x',
    'data:,x',
    'http://localhost:3000',
    'ftp://localhost:3000',
  ])('RD-03 is not joined by %s', (origin) =>
    expect(problem({ allowedOrigins: [origin] })).toContain(`allowedOrigins: ${origin}`),
  )
})

describe('a path', () => {
  it('loses the slash at its end', () => {
    expect(createConfig({ basePath: '/api/auth/' })).toMatchObject({
      basePath: '/api/auth',
      callbackPath: '/api/auth/callback',
    })
  })

  it.each([
    'auth',
    '',
    '/',
    '//auth',
    '/a/../auth',
    '/auth?x',
    '/auth#x',
    '/au th',
    '/a\\b',
    'https://app.example/auth',
  ])('may not be %j', (path) => {
    expect(problems({ basePath: path })).toContain('basePath must be a path such as /auth.')
    expect(problems({ callbackPath: path })).toContain('callbackPath must be a path such as /auth.')
  })

  it('of the callback can be one that Kinde already knows, and none of another route', () => {
    const callbackPath = '/api/auth/kinde_callback'
    expect(createConfig({ callbackPath }).callbackPath).toBe(callbackPath)
    expect(createConfig({ callbackPath: '/auth/callback' }).callbackPath).toBe('/auth/callback')
    expect(problem({ callbackPath: '/auth/login' })).toMatch(
      /^callbackPath is the path of another route/,
    )
  })

  it('after a login is of this site', () => {
    expect(createConfig({ postLoginRedirectUrl: '/a?b#c' }).postLoginPath).toBe('/a?b#c')
    for (const postLoginRedirectUrl of ['https://evil.example/', '//evil.example', 'dashboard']) {
      expect(problem({ postLoginRedirectUrl })).toMatch(
        /KINDE_POST_LOGIN_REDIRECT_URL.*path of this site/,
      )
    }
  })

  it('after a logout is a path of this site or an absolute URL, kept as it is written', () => {
    const at = (postLogoutRedirectUrl: string): string | undefined =>
      createConfig({ postLogoutRedirectUrl }).postLogoutRedirectUrl
    expect(at('/bye')).toBe('https://app.example/bye')
    expect(at('/tschüs')).toBe('https://app.example/tsch%C3%BCs')
    expect(at('https://www.example')).toBe('https://www.example')
    expect(at('http://localhost:3000/bye')).toBe('http://localhost:3000/bye')
    expect(at('https://www.example/A/../b?c')).toBe('https://www.example/A/../b?c')
  })

  it.each([
    'bye',
    'javascript:alert(1)',
    'data:,x',
    '//evil.example',
    'https://',
    'https://[',
    'https://bücher.example',
    'com.example:https://app.example',
  ])('after a logout may not be %s', (postLogoutRedirectUrl) =>
    expect(problem({ postLogoutRedirectUrl })).toMatch(
      /KINDE_POST_LOGOUT_REDIRECT_URL.*https:\/\/ or a path/,
    ),
  )
})

describe('scopes', () => {
  it('AR-24 ask for a refresh token by the name that the provider knows', () => {
    const scope = 'openid offline_access offline'
    expect(createConfig({ scope }).scopes).toEqual(['openid', 'offline'])
    expect(createConfig({ scope, preset: 'oidc' }).scopes).toEqual(['openid', 'offline_access'])
    expect(createConfig({ preset: 'oidc' }).scopes).toContain('offline_access')
  })

  it('must include openid', () => {
    expect(problem({ scope: ['profile'] })).toMatch(/KINDE_SCOPE.*must include "openid"/)
    expect(problem({ scope: 'openidx' })).toMatch(/KINDE_SCOPE/)
  })
})

describe('further authorization parameters', () => {
  it('go on as they are', () => {
    const authorizationParameters = { resource: 'https://api.example' }
    expect(createConfig({ authorizationParameters })).toMatchObject({ authorizationParameters })
  })

  it.each([
    'client_id',
    'client_secret',
    'redirect_uri',
    'response_type',
    'response_mode',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'scope',
    'request',
    'request_uri',
  ])('AR-04 may not set %s', (name) => {
    expect(problem({ authorizationParameters: { [name]: 'x' } })).toMatch(
      `authorizationParameters may not set ${name}:`,
    )
  })
})

describe('cookies', () => {
  it.each(['', 'a.b', 'a b', 'a;b', 'é', 'a'.repeat(41), '__Host-a='])(
    'CS-09 may not be named %j',
    (name) => expect(problem({ name })).toMatch(/^name must be letters, digits/),
  )

  it('may be shared with a domain at or above the site, and with no other', () => {
    const siteUrl = 'https://a.app.example'
    const domainOf = (cookieDomain: string): string | undefined =>
      createConfig({ siteUrl, cookieDomain }).cookies.domain
    expect(['a.app.example', 'app.example', '.app.example'].map(domainOf)).toEqual([
      'a.app.example',
      'app.example',
      'app.example',
    ])
    for (const cookieDomain of [
      'b.app.example',
      'pp.example',
      'evil',
      '.',
      'app.example; Path=/x',
    ]) {
      expect(problem({ siteUrl, cookieDomain })).toMatch(
        /KINDE_COOKIE_DOMAIN.*a\.app\.example or a domain above/,
      )
    }
  })
})

describe('the limits of a session', () => {
  it.each([
    ['idleTimeout', 0],
    ['idleTimeout', 31_536_001],
    ['absoluteTimeout', -1],
    ['absoluteTimeout', Number.NaN],
  ])('SE-12 refuse %s %d', (name, value) => {
    expect(problem({ session: { [name]: value } })).toMatch(
      `session.${name} must be a number from 1 to 31536000`,
    )
  })
})

describe('options that contradict each other', () => {
  const store = createMemoryStore()

  it.each<[string, BackendOptions, string]>([
    ['a top-level domain for cookies', { cookieDomain: 'example' }, 'cookieDomain'],
    ['a callback where the routes stand', { callbackPath: '/auth' }, 'callbackPath'],
    [
      'an idle time beyond the whole',
      { session: { idleTimeout: 7200, absoluteTimeout: 3600 } },
      'session.idleTimeout',
    ],
    [
      'an idle time beyond the usual whole',
      { session: { idleTimeout: 700_000 } },
      'session.idleTimeout',
    ],
    ['one secret twice', { secret: [secrets[0], secrets[0]] }, 'secret'],
    ['two places', { session: { store, denyList: store } }, 'session.denyList'],
  ])('are refused: %s', (_name, changes, field) => {
    expect(problems(changes)).toEqual([expect.stringMatching(new RegExp(`^${field}\\b`))])
  })

  it('are none when only the whole is shortened: the idle time is no longer then', () => {
    expect(problems({ session: { store } })).toEqual([])
    expect(problems({ session: { denyList: store } })).toEqual([])
    const { session } = createConfig({ session: { absoluteTimeout: 3600 } })
    expect([session.idleTimeout, session.absoluteTimeout]).toEqual([3600, 3600])
    const host = { siteUrl: 'https://localhost:3000', cookieDomain: 'localhost' }
    expect(createConfig(host).cookies.domain).toBe('localhost')
  })
})
