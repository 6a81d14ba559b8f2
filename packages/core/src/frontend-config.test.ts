import { describe, expect, it } from 'vitest'
import { problemsOf } from '../test/problems.ts'
import { readFrontendConfig } from './frontend-config.ts'

const options = { issuer: 'https://tenant.kinde.test', clientId: 'client-1', env: {} }
const origin = 'https://app.example'
const secretGiven =
  /^clientSecret \(KINDE_CLIENT_SECRET\) is given to a front-end application.*remove it.*"Back-end web".*"Front-end and mobile".*rotate/

describe('the configuration of a front-end application', () => {
  it('takes what is complete', () => {
    expect(
      readFrontendConfig({ ...options, audience: 'https://api.example' }, origin),
    ).toMatchObject({
      issuer: options.issuer,
      clientId: 'client-1',
      audience: ['https://api.example'],
    })
  })

  it.each([
    ['an option', { clientSecret: 'hush' }],
    ['an empty option', { clientSecret: '' }],
    ['a variable', { env: { KINDE_CLIENT_SECRET: 'hush' } }],
  ])(
    'CF-04 refuses a secret from %s, says which kind of application it belongs to, and repeats nothing of it',
    (_name, changes) => {
      const problems = problemsOf(() => readFrontendConfig({ ...options, ...changes }, origin))
      expect(problems).toEqual([expect.stringMatching(secretGiven)])
      expect(problems.join()).not.toContain('hush')
    },
  )

  it('names every problem at once', () => {
    const problems = problemsOf(() =>
      readFrontendConfig({ env: {}, clientSecret: 'x', audience: ['a', 'a'] }, origin),
    )
    expect(problems).toEqual([
      expect.stringMatching(secretGiven),
      expect.stringContaining('KINDE_ISSUER_URL'),
      expect.stringContaining('KINDE_CLIENT_ID'),
      expect.stringContaining('names a twice'),
    ])
  })
})
