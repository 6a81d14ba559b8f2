import { describe, expect, it } from 'vitest'
import { problemsOf } from '../test/problems.ts'
import { assertBearerOptions, readBearerConfig } from './bearer-config.ts'

const options = { issuer: 'https://tenant.kinde.test', audience: 'https://api.example', env: {} }
const problems = (changes: object): readonly string[] =>
  problemsOf(() => readBearerConfig({ ...options, ...changes }))

describe('the configuration of a bearer verifier', () => {
  it('takes what is complete', () => {
    expect(readBearerConfig(options)).toMatchObject({
      audience: ['https://api.example'],
      profile: 'jwt',
      cacheSize: 1000,
    })
  })

  it('reads issuer and audience from the environment', () => {
    const env = { KINDE_ISSUER_URL: options.issuer, KINDE_AUDIENCE: 'a b' }
    expect(readBearerConfig({ env })).toMatchObject({
      issuer: options.issuer,
      audience: ['a', 'b'],
    })
  })

  it('AP-09 wants at+jwt of any provider but Kinde, unless told otherwise', () => {
    expect(readBearerConfig({ ...options, preset: 'oidc' }).profile).toBe('rfc9068')
    expect(readBearerConfig({ ...options, preset: 'oidc', profile: 'jwt' }).profile).toBe('jwt')
    expect(readBearerConfig({ ...options, profile: 'rfc9068' }).profile).toBe('rfc9068')
    expect(problems({ profile: 'any' })).toEqual(['profile must be "rfc9068" or "jwt".'])
  })

  it('names every problem at once', () => {
    expect(problemsOf(() => readBearerConfig({ env: {}, cacheSize: -1 }))).toEqual([
      expect.stringContaining('issuer (KINDE_ISSUER_URL) is missing'),
      expect.stringMatching(/^audience \(KINDE_AUDIENCE\) is missing: name this API/),
      'cacheSize must be a number from 0 to 100000.',
    ])
  })

  it.each([undefined, '', [], ' , ', ['']])(
    'needs an audience, so that a token for another API never passes: %j is none',
    (audience) =>
      expect(problems({ audience })).toEqual([expect.stringContaining('KINDE_AUDIENCE')]),
  )

  it('names an audience that is given twice', () => {
    expect(problems({ audience: ['a', 'a'] })).toEqual([expect.stringContaining('names a twice')])
  })

  it('CF-01 refuses an option that does not exist, when the verifier is made', () => {
    const misspelled: object = { audiences: 'x' }
    expect(problemsOf(() => assertBearerOptions(misspelled))).toEqual([
      expect.stringMatching(/^createBearerVerifier: the option "audiences" is not known.*audience/),
    ])
    expect(() => assertBearerOptions(options)).not.toThrow()
  })
})
