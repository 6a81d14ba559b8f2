import { describe, expect, it } from 'vitest'
import { problemsOf } from '../test/problems.ts'
import { assertMachineOptions, readMachineConfig, toScopes } from './machine-config.ts'
import { isSafe } from './token-origins.ts'

const options = {
  issuer: 'https://tenant.kinde.test',
  clientId: 'machine-1',
  clientSecret: 'hush',
  env: {},
}
const problems = (changes: object): readonly string[] =>
  problemsOf(() => readMachineConfig({ ...options, ...changes }))

describe('the configuration of a machine application', () => {
  it('takes what is complete', () => {
    expect(readMachineConfig(options)).toMatchObject({
      clientAuthentication: undefined,
      audience: undefined,
      scopes: [],
      allowedOrigins: [],
      cache: undefined,
    })
  })

  it('has variables of its own, so that it can live beside a back-end application', () => {
    const env = {
      KINDE_ISSUER_URL: options.issuer,
      KINDE_M2M_CLIENT_ID: 'machine-1',
      KINDE_M2M_CLIENT_SECRET: 'hush',
      KINDE_M2M_AUDIENCE: 'https://api.example',
    }
    expect(readMachineConfig({ env })).toMatchObject({
      clientId: 'machine-1',
      clientSecret: 'hush',
      audience: 'https://api.example',
    })
    const backend = { KINDE_CLIENT_ID: 'x', KINDE_CLIENT_SECRET: 'y', KINDE_AUDIENCE: 'z' }
    expect(problemsOf(() => readMachineConfig({ env: backend }))).toHaveLength(3)
  })

  it('names every problem at once, each with its variable and the way out', () => {
    expect(problemsOf(() => readMachineConfig({ env: {}, audience: 'a,b' }))).toEqual([
      expect.stringContaining('issuer (KINDE_ISSUER_URL) is missing'),
      expect.stringContaining('clientId (KINDE_M2M_CLIENT_ID) is missing: copy'),
      expect.stringMatching(
        /^clientSecret \(KINDE_M2M_CLIENT_SECRET\).*create it as "Machine to machine"/,
      ),
      expect.stringMatching(/^audience \(KINDE_M2M_AUDIENCE\) names several APIs.*getAccessToken/),
    ])
  })

  it('takes the client authentication of the environment, which an option wins over', () => {
    const env = { TREFOIL_CLIENT_AUTHENTICATION: 'basic' }
    expect(readMachineConfig({ ...options, env }).clientAuthentication).toBe('basic')
    const both = { ...options, env, clientAuthentication: 'post' } as const
    expect(readMachineConfig(both).clientAuthentication).toBe('post')
    const wrong = { TREFOIL_CLIENT_AUTHENTICATION: 'header' }
    expect(problems({ env: wrong })).toEqual([expect.stringContaining('must be "post" or "basic"')])
  })

  it('refuses a client authentication that it does not know', () => {
    expect(problems({ clientAuthentication: 'none' })).toEqual([
      'clientAuthentication (TREFOIL_CLIENT_AUTHENTICATION) must be "post" or "basic".',
    ])
  })

  it('CF-01 refuses an option that does not exist, when the app is made', () => {
    const misspelled: object = { scopes: 'x' }
    expect(problemsOf(() => assertMachineOptions(misspelled))).toEqual([
      expect.stringMatching(/^createMachineApp: the option "scopes" is not known.*scope/),
    ])
    expect(() => assertMachineOptions(options)).not.toThrow()
  })

  it('SP-11 sends tokens to origins that are named exactly', () => {
    const allowedOrigins = [
      'https://api.example',
      'https://api.example:8443/',
      'http://localhost:1',
    ]
    expect(readMachineConfig({ ...options, allowedOrigins }).allowedOrigins).toEqual([
      'https://api.example',
      'https://api.example:8443',
      'http://localhost:1',
    ])
  })

  it.each([
    'http://api.example',
    'https://api.example/v1',
    'https://api.example@evil.example',
    'https://user:password@api.example',
    'api.example',
    'null',
    'data:,x',
    'https://API.example',
  ])('SP-11 sends no token to %s', (origin) => {
    expect(problems({ allowedOrigins: [origin] })).toEqual([
      expect.stringMatching(/^allowedOrigins: .* must be an origin such as https:\/\/api\.example/),
    ])
  })
})

describe('scopes of a machine token', () => {
  it('MM-05 are sorted and each once, so that their order makes no difference', () => {
    expect(toScopes('write:b read:a  write:b')).toEqual(['read:a', 'write:b'])
    expect(toScopes(['write:b', 'read:a write:b'])).toEqual(['read:a', 'write:b'])
    expect([toScopes(undefined), toScopes(''), toScopes([])]).toEqual([[], [], []])
  })
})

describe('a token', () => {
  it.each([
    ['https://api.example', true],
    ['http://localhost:3000', true],
    ['http://127.0.0.1', true],
    ['http://api.example', false],
    ['ws://localhost', false],
    ['file:///etc/passwd', false],
  ])('travels over TLS or within this machine: %s is %s', (url, expected) => {
    expect(isSafe(new URL(url))).toBe(expected)
  })
})
