import { describe, expect, it, vi } from 'vitest'
import { problemsOf } from '../test/problems.ts'
import {
  assertKnownOptions,
  assertNoProblems,
  createReader,
  isLoopback,
  lazily,
  type ProviderConfig,
  providerOptionNames,
  type ProviderOptions,
  readAudience,
  readProviderConfig,
  readScopes,
} from './config.ts'

const issuer = 'https://tenant.kinde.test'

describe('the options of a provider', () => {
  it('wins over the environment, which counts when the option says nothing', () => {
    const env = { KINDE_ISSUER_URL: ' https://from-env.kinde.test ' }
    expect(read({ env }).issuer).toBe('https://from-env.kinde.test')
    expect(read({ env, issuer: ' ' }).issuer).toBe('https://from-env.kinde.test')
    expect(read({ env, issuer }).issuer).toBe(issuer)
  })

  it('has the defaults of the rules', () => {
    expect(read({ issuer })).toMatchObject({
      preset: { name: 'kinde' },
      timeout: 5000,
      clockTolerance: 30,
      algorithms: ['RS256'],
    })
  })

  it('tells the time by the clock of the moment, which tests may put in the place of another', () => {
    const { clock } = read({ issuer })
    const spy = vi.spyOn(Date, 'now').mockReturnValue(7)
    expect(clock()).toBe(7)
    spy.mockRestore()
  })

  it('says that the issuer is missing, which variable sets it and what it looks like', () => {
    expect(problemsOf(() => read({}))).toEqual([
      'issuer (KINDE_ISSUER_URL) is missing: set it to your domain, such as https://example.kinde.com.',
    ])
  })

  it.each([
    ['tenant.kinde.test', /is not a URL.*https:\/\/example\.kinde\.com/],
    ['https://tenant.kinde.test/oauth2', /no path: use https:\/\/tenant\.kinde\.test\..*"oidc"/],
    ['CF-03 http://tenant.kinde.test', /must begin with https:\/\//],
    ['http://localhost.evil.example', /must begin with https:\/\//],
    ['http://127.0.0.1.evil.example', /must begin with https:\/\//],
    ['ftp://localhost', /must begin with https:\/\//],
    ['https://user@tenant.kinde.test', /no user, query or hash/],
    ['https://:password@tenant.kinde.test', /no user, query or hash/],
    ['https://tenant.kinde.test/?a', /no user, query or hash/],
    ['https://tenant.kinde.test/#a', /no user, query or hash/],
  ])('refuses the issuer %s', (text, problem) => {
    const problems = problemsOf(() => read({ issuer: text.replace('CF-03 ', '') }))
    expect(problems).toEqual([expect.stringMatching(problem)])
    expect(problems[0]).toContain('issuer (KINDE_ISSUER_URL)')
    expect(problems[0]).not.toContain('password')
  })

  it.each(['http://localhost:4400', 'http://127.0.0.1:4400', 'http://[::1]:4400'])(
    'takes plain http on this machine: %s',
    (text) => expect(read({ issuer: text }).issuer).toBe(text),
  )

  it('forgives a slash at the end for Kinde and keeps every letter elsewhere', () => {
    expect(read({ issuer: `${issuer}/` }).issuer).toBe(issuer)
    const other = 'https://id.example/realms/Main/'
    expect(read({ issuer: other, preset: 'oidc' }).issuer).toBe(other)
  })

  it('takes the preset of the environment, which an option wins over', () => {
    const env = { TREFOIL_PRESET: ' oidc ' }
    expect(read({ issuer, env }).preset.name).toBe('oidc')
    expect(read({ issuer, env, preset: 'kinde' }).preset.name).toBe('kinde')
    expect(read({ issuer, env: { TREFOIL_PRESET: ' ' } }).preset.name).toBe('kinde')
  })

  it('refuses a preset of the environment that there is not, in the same words', () => {
    const env = { TREFOIL_PRESET: 'OIDC' }
    expect(problemsOf(() => read({ issuer, env }))).toEqual([
      'preset (TREFOIL_PRESET) "OIDC" is not known: use "kinde", or "oidc" for any other OpenID Provider.',
    ])
  })

  it.each(['Kinde', 'auth0', '', '__proto__', 'constructor'])(
    'refuses the preset %j and names the two that there are',
    (name) => {
      const problems = problemsOf(() => read({ issuer, ...untyped({ preset: name }) }))
      expect(problems).toEqual([
        `preset (TREFOIL_PRESET) "${name}" is not known: use "kinde", or "oidc" for any other OpenID Provider.`,
      ])
    },
  )

  it.each([
    ['timeout', 499],
    ['timeout', 30_001],
    ['timeout', Number.NaN],
    ['timeout', Number.POSITIVE_INFINITY],
    ['timeout', '5000'],
    ['clockTolerance', -1],
    ['clockTolerance', 301],
    ['clockTolerance', null],
  ])('refuses %s %j and names the bounds', (name, value) => {
    const problems = problemsOf(() => read({ issuer, ...untyped({ [name]: value }) }))
    expect(problems).toEqual([expect.stringMatching(`^${name} must be a number from \\d+ to \\d+`)])
  })

  it.each([
    ['timeout', 500],
    ['timeout', 30_000],
    ['clockTolerance', 0],
    ['clockTolerance', 300],
  ] as const)('takes %s %d', (name, value) =>
    expect(read({ issuer, [name]: value })[name]).toBe(value),
  )

  it.each([
    [['none']],
    [['HS256']],
    [['RS256', 'HS512']],
    [[]],
    [['RS2567']],
    [['xRS256']],
    ['RS256'],
  ])('ID-18 ID-19 refuses the algorithms %j', (algorithms) => {
    const problems = problemsOf(() => read({ issuer, ...untyped({ algorithms }) }))
    expect(problems).toEqual([expect.stringContaining('asymmetric signature algorithms')])
  })

  it.each(['EdDSA2', 'xEdDSA', 'Ed25519x', 'xEd25519', 'RS', 'RS257', 'AES256', 'Ed448'])(
    'ID-19 refuses the algorithm %s',
    (name) => {
      const problems = problemsOf(() => read({ issuer, algorithms: ['RS256', name] }))
      expect(problems).toEqual([expect.stringContaining('asymmetric signature algorithms')])
    },
  )

  it('CF-01 has these names and no other', () => {
    const names = 'preset issuer env fetch timeout clockTolerance algorithms clock'
    expect(providerOptionNames).toEqual(names.split(' '))
  })

  it('uses the fetch that it is given, and else the global one of the moment', async () => {
    const own: typeof fetch = async () => new Response('own')
    expect(read({ issuer, fetch: own }).fetch).toBe(own)
    const usual = read({ issuer }).fetch
    const spy = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('global'))
    const init = { method: 'POST' }
    expect(await (await usual('https://x.test', init)).text()).toBe('global')
    expect(spy).toHaveBeenCalledWith('https://x.test', init)
    spy.mockRestore()
  })

  it('takes asymmetric algorithms', () => {
    const algorithms = ['RS256', 'PS384', 'ES512', 'EdDSA', 'Ed25519']
    expect(read({ issuer, algorithms }).algorithms).toEqual(algorithms)
  })
})

describe('an audience', () => {
  const audienceOf = (value?: string | string[], text?: string): [string[], readonly string[]] => {
    const reader = createReader(text === undefined ? {} : { KINDE_AUDIENCE: text })
    return [readAudience(value, 'KINDE_AUDIENCE', reader), reader.problems]
  }

  it('is one name, several in a text, or a list', () => {
    expect(audienceOf('a')).toEqual([['a'], []])
    expect(audienceOf(undefined, ' a, b\tc ')).toEqual([['a', 'b', 'c'], []])
    expect(audienceOf(['a', ' b ', ''])).toEqual([['a', 'b'], []])
    expect(audienceOf()).toEqual([[], []])
  })

  it('names each API once: one that is named twice or more is one problem', () => {
    expect(audienceOf(['a', 'b', 'a', 'a', 'b'])[1]).toEqual([
      'audience (KINDE_AUDIENCE) names a twice: name each API once.',
      'audience (KINDE_AUDIENCE) names b twice: name each API once.',
    ])
  })
})

describe('scopes', () => {
  it('keep a name that only looks like the one for a refresh token', () => {
    const alike = ['openid', 'xoffline', 'offlinex', 'offline_accessx', 'offline_access:all']
    expect(readScopes(alike, read({ issuer }), createReader({}))).toEqual(alike)
  })
})

describe('options', () => {
  it('CF-01 do not exist by another name: each one that is unknown is named with those there are', () => {
    const options = { isuer: '', issuer: '', Clock: 0 }
    expect(
      problemsOf(() => assertKnownOptions(options, ['issuer', 'clock'], 'createThing')),
    ).toEqual([
      'createThing: the option "isuer" is not known. Known are issuer, clock.',
      'createThing: the option "Clock" is not known. Known are issuer, clock.',
    ])
  })

  it.each(['toString', '__proto__', 'constructor'])('CF-01 may not be called %s', (name) => {
    const options: object = JSON.parse(`{"${name}":1}`)
    expect(problemsOf(() => assertKnownOptions(options, ['issuer'], 'x'))).toHaveLength(1)
  })
})

describe('a reader', () => {
  it('tells every problem at once', () => {
    const reader = createReader({})
    assertNoProblems(reader)
    reader.problems.push('one.', 'two.')
    expect(() => assertNoProblems(reader)).toThrow(/problems:\n- one\.\n- two\.$/)
  })

  it('reads process.env when it is given no environment', () => {
    process.env['TREFOIL_TEST_ONLY'] = ' value '
    expect(createReader().variable('TREFOIL_TEST_ONLY')).toBe('value')
    delete process.env['TREFOIL_TEST_ONLY']
    expect(createReader().variable('TREFOIL_TEST_ONLY')).toBeUndefined()
  })

  it('runs where there is no process', () => {
    const { process } = globalThis
    Reflect.deleteProperty(globalThis, 'process')
    try {
      expect(createReader().variable('PATH')).toBeUndefined()
    } finally {
      Object.assign(globalThis, { process })
    }
  })
})

describe('lazily', () => {
  it('makes a value once', () => {
    let made = 0
    const value = lazily(() => ++made)
    expect([made, value(), value()]).toEqual([0, 1, 1])
  })

  it('MD-03 keeps no failure, so a corrected environment counts without a restart', () => {
    const results = [new Error('not yet'), 'value']
    const value = lazily(() => {
      const result = results.shift()
      if (result instanceof Error) throw result
      return result
    })
    expect(value).toThrow('not yet')
    expect([value(), value()]).toEqual(['value', 'value'])
  })
})

describe('this machine', () => {
  it.each([
    'http://localhost',
    'http://app.localhost:3000',
    'http://127.1',
    'http://127.255.0.3',
    'http://[::1]',
  ])('is %s', (url) => expect(isLoopback(new URL(url))).toBe(true))

  it.each([
    'http://localhost.example',
    'http://localhost.',
    'http://[::1:1]',
    'http://app.127.0.0.1.example',
    'http://xlocalhost',
    'http://127.0.0.1.nip.example',
    'http://128.0.0.1',
    'http://0.0.0.0',
    'http://[::2]',
    'http://192.168.0.1',
  ])('is not %s', (url) => expect(isLoopback(new URL(url))).toBe(false))
})

function read(options: ProviderOptions): ProviderConfig {
  const reader = createReader(options.env ?? {})
  const config = readProviderConfig(options, reader)
  assertNoProblems(reader)
  return config
}

// What a caller without types may write.
function untyped(options: Record<string, unknown>): object {
  return options
}
