import { createSeed, type Issuer, startIssuer } from '@trefoil/issuer'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { examineProject } from '../src/doctor-command.ts'
import { examine } from '../src/examination.ts'
import type { Finding } from '../src/finding.ts'
import type { FoundProject, Project } from '../src/project.ts'
import { formatReport } from '../src/report.ts'

const session = 'dGhlc2VjcmV0b2Zoc2V2ZW50ZXN0cw0123456789abc='
const { applications } = createSeed()
const secretOf = (id: string): string => applications.find((each) => each.id === id)?.secret ?? ''

let issuer: Issuer
beforeAll(async () => {
  issuer = await startIssuer({ port: 0 })
})
afterAll(() => issuer.close())

const undos: (() => void)[] = []
afterEach(() => {
  for (const undo of undos.splice(0)) undo()
})

type Env = Record<string, string | undefined>

const backendEnv = (): Env => ({
  KINDE_ISSUER_URL: issuer.url,
  KINDE_CLIENT_ID: 'express-demo',
  KINDE_CLIENT_SECRET: secretOf('express-demo'),
  KINDE_SITE_URL: 'http://localhost:4501',
  TREFOIL_SECRET: session,
})

function look(env: Env, more: Partial<Project> = {}): Promise<Finding[]> {
  const kind = more.kind ?? 'backend'
  const callbackPath = kind === 'frontend' ? '/callback' : '/auth/callback'
  return examine({ kind, env, preset: 'kinde', callbackPath, ...more })
}

const lookBackend = (env: Env = {}, more: Partial<Project> = {}): Promise<Finding[]> =>
  look({ ...backendEnv(), ...env }, more)

const lookFrontend = (env: Env = {}, more: Partial<Project> = {}): Promise<Finding[]> =>
  look(
    {
      KINDE_ISSUER_URL: issuer.url,
      KINDE_CLIENT_ID: 'react-demo',
      KINDE_SITE_URL: 'http://localhost:4503',
      ...env,
    },
    { kind: 'frontend', ...more },
  )

const lookMachine = (id: string, env: Env = {}): Promise<Finding[]> =>
  look(
    {
      KINDE_ISSUER_URL: issuer.url,
      KINDE_M2M_CLIENT_ID: id,
      KINDE_M2M_CLIENT_SECRET: secretOf(id),
      ...env,
    },
    { kind: 'machine' },
  )

const problemsOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ status }) => status === 'problem')

/** What is not well, as `check: message`. */
const oddOf = (findings: readonly Finding[]): string[] =>
  findings
    .filter(({ status }) => status !== 'ok')
    .map(({ status, check, message }) => `${status} ${check}: ${message}`)

const about = (findings: readonly Finding[], check: string): Finding | undefined =>
  findings.find((finding) => finding.check === check)

/** Changes the metadata of the issuer. */
function changeMetadata(change: (metadata: object) => object, headers: HeadersInit = {}): void {
  const base = issuer.url
  undos.push(
    issuer.intercept((request) => {
      if (!request.url.endsWith('/openid-configuration')) return undefined
      const metadata = {
        issuer: base,
        authorization_endpoint: `${base}/oauth2/auth`,
        token_endpoint: `${base}/oauth2/token`,
        jwks_uri: `${base}/.well-known/jwks`,
        code_challenge_methods_supported: ['S256'],
      }
      return Response.json(change(metadata), { headers })
    }),
  )
}

function intercept(path: string, answer: () => Response): void {
  undos.push(
    issuer.intercept((request) => (new URL(request.url).pathname === path ? answer() : undefined)),
  )
}

describe('a project that is well', () => {
  it('is a back-end application', async () => {
    const findings = await lookBackend()

    expect(oddOf(findings)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual([
      'settings',
      'cookies',
      'issuer',
      'PKCE',
      'clock',
      'application',
      'callback URL',
    ])
  })

  it('is a back-end application with a machine of its own', async () => {
    const findings = await lookBackend({
      KINDE_M2M_CLIENT_ID: 'machine-demo',
      KINDE_M2M_CLIENT_SECRET: secretOf('machine-demo'),
    })

    expect(oddOf(findings)).toEqual([])
    expect(about(findings, 'machine')?.message).toBe(`gets a token for ${issuer.url}/api.`)
  })

  it('is a front-end application', async () => {
    const findings = await lookFrontend()

    expect(oddOf(findings)).toEqual([])
    expect(about(findings, 'callback URL')?.message).toContain('http://localhost:4503/callback')
  })

  it('is a machine, and an API', async () => {
    const env = { KINDE_ISSUER_URL: issuer.url, KINDE_AUDIENCE: 'https://reports.trefoil.example' }

    expect(oddOf(await lookMachine('machine-demo'))).toEqual([])
    expect(oddOf(await look(env, { kind: 'api' }))).toEqual([])
  })

  it('ends nothing and signs nobody in', async () => {
    const before = issuer.requests.length
    await lookBackend()

    const grants = issuer.requests.slice(before).filter(({ path }) => path === '/oauth2/token')
    expect(grants.map(({ grantType, status }) => [grantType, status])).toEqual([
      ['authorization_code', 401],
      ['authorization_code', 400],
    ])
  })
})

describe('settings', () => {
  it.each([
    ['KINDE_ISSUER_URL', undefined, 'is missing.', 'Set it to your domain'],
    ['KINDE_ISSUER_URL', 'http://example.kinde.com', 'must begin with https://', 'Change it'],
    ['KINDE_CLIENT_ID', '', 'is missing.', 'Copy the client id'],
    ['KINDE_CLIENT_SECRET', undefined, 'is missing.', 'create it as "Back-end web"'],
    ['KINDE_SITE_URL', 'http://app.example', 'must begin with https://', 'Change it'],
    ['KINDE_SITE_URL', 'http://localhost:4501/app', 'must be an origin.', 'Use http'],
    ['KINDE_COOKIE_DOMAIN', 'example.com', 'must be localhost or a domain above it', 'Change it'],
    ['TREFOIL_SECRET', undefined, 'is missing.', 'openssl rand -base64 32'],
    ['TREFOIL_SECRET', 'too-short', 'is too short.', 'openssl rand -base64 32'],
    ['KINDE_SCOPE', 'profile', 'must include "openid".', 'Without it'],
  ])('%s=%s are a problem with a way out', async (name, value, message, remedy) => {
    const problems = problemsOf(await lookBackend({ [name]: value }))

    expect(problems).toHaveLength(1)
    expect(problems[0]?.check).toBe(name)
    expect(problems[0]?.message).toContain(message)
    expect(problems[0]?.remedy).toContain(remedy)
  })

  it('are all told at once, and the issuer is asked all the same', async () => {
    const findings = await look({ KINDE_ISSUER_URL: issuer.url })

    expect(problemsOf(findings).map(({ check }) => check)).toEqual([
      'KINDE_SITE_URL',
      'KINDE_CLIENT_ID',
      'KINDE_CLIENT_SECRET',
      'TREFOIL_SECRET',
    ])
    expect(about(findings, 'issuer')?.status).toBe('ok')
  })

  it('of a public site may have no secret out of a guide, which is a warning on this machine', async () => {
    const guide = { TREFOIL_SECRET: 'replace-me-with-a-long-random-value-1234' }
    const site = { KINDE_SITE_URL: 'https://app.example', KINDE_ISSUER_URL: 'https://x.kinde.com' }
    const down = { fetch: () => Promise.reject(new TypeError('down')) }

    expect(problemsOf(await lookBackend({ ...guide, ...site }, down))[0]).toMatchObject({
      check: 'TREFOIL_SECRET',
      message: 'is an example.',
    })
    expect(about(await lookBackend(guide), 'TREFOIL_SECRET')).toMatchObject({ status: 'warning' })
  })

  it('of a public site make cookies that only https carries', async () => {
    const env = {
      KINDE_SITE_URL: 'https://app.example.com',
      KINDE_ISSUER_URL: 'https://x.kinde.com',
    }
    const down = { fetch: () => Promise.reject(new TypeError('down')) }
    const shared = { ...env, KINDE_COOKIE_DOMAIN: 'example.com' }

    expect(about(await lookBackend(env, down), 'cookies')?.message).toContain('named __Host-')
    expect(about(await lookBackend(shared, down), 'cookies')?.message).toContain('named __Secure-')
  })

  it('of a front-end application may have no secret', async () => {
    const problems = problemsOf(await lookFrontend({ KINDE_CLIENT_SECRET: 'anything' }))

    expect(problems).toMatchObject([
      { check: 'KINDE_CLIENT_SECRET', remedy: expect.stringContaining('Remove it.') },
    ])
  })

  it('of a front-end application name no secret that is missing', async () => {
    const problems = problemsOf(await lookFrontend({ KINDE_CLIENT_ID: undefined }))

    expect(problems.map(({ check }) => check)).toEqual(['KINDE_CLIENT_ID'])
  })

  it.each(['machine', 'api'] as const)('of a %s are its own', async (kind) => {
    const problems = problemsOf(await look({ KINDE_ISSUER_URL: issuer.url }, { kind }))

    expect(problems.map(({ check }) => check)).toEqual(
      kind === 'api' ? ['KINDE_AUDIENCE'] : ['KINDE_M2M_CLIENT_ID', 'KINDE_M2M_CLIENT_SECRET'],
    )
  })
})

describe('the issuer', () => {
  it('that is not there is a problem, with the cause', async () => {
    const gone = await startIssuer({ port: 0 })
    await gone.close()
    const problems = problemsOf(await lookBackend({ KINDE_ISSUER_URL: gone.url }))

    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(/^No metadata can be had from .*ECONNREFUSED/)
    expect(problems[0]?.remedy).toContain('npx @trefoil/issuer')
  })

  it('of another name is a problem, and its name the way out', async () => {
    const other = issuer.url.replace('localhost', '127.0.0.1')
    const problems = problemsOf(await lookBackend({ KINDE_ISSUER_URL: other }))

    expect(problems).toMatchObject([
      { check: 'issuer', remedy: expect.stringContaining(`KINDE_ISSUER_URL=${issuer.url},`) },
    ])
  })

  it('that is a page is a problem', async () => {
    undos.push(issuer.intercept(() => new Response('<h1>Welcome</h1>')))
    const [problem] = problemsOf(await lookBackend())

    expect(problem?.message).toContain('No metadata can be had')
  })

  it('without a token endpoint is a problem', async () => {
    changeMetadata((metadata) => ({ ...metadata, token_endpoint: undefined }))

    const [problem] = problemsOf(await lookBackend())
    expect(problem?.message).toContain('token_endpoint is missing')
  })

  it('without S256 is a problem, and one that does not say a warning', async () => {
    changeMetadata((metadata) => ({ ...metadata, code_challenge_methods_supported: ['plain'] }))
    expect(about(await lookBackend(), 'PKCE')?.status).toBe('problem')
    undos.pop()?.()

    changeMetadata((metadata) => ({ ...metadata, code_challenge_methods_supported: undefined }))
    expect(about(await lookBackend(), 'PKCE')?.status).toBe('warning')
  })

  it.each([
    [-90, 'behind'],
    [90, 'ahead of'],
  ])('whose clock differs by %i s is a problem', async (seconds, word) => {
    const findings = await lookBackend({}, { clock: () => Date.now() + seconds * 1000 })
    const clock = about(findings, 'clock')

    expect(clock?.status).toBe('problem')
    expect(clock?.message).toMatch(new RegExp(`clock is (89|90|91) s ${word} the server's`))
  })

  it('that says no time is not held against a clock', async () => {
    changeMetadata((metadata) => metadata, { date: 'now' })

    expect(about(await lookBackend(), 'clock')).toBeUndefined()
  })

  it('that sends control characters has none of them printed', async () => {
    changeMetadata((metadata) => ({ ...metadata, issuer: 'https://x.example/\u001b[2J' }))
    const findings = await lookBackend()

    expect(problemsOf(findings)).toHaveLength(1)
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(JSON.stringify(findings)).not.toMatch(/\\u001b|\u001b/)
  })
})

describe('the application', () => {
  it('with a wrong secret is refused', async () => {
    const problems = problemsOf(await lookBackend({ KINDE_CLIENT_SECRET: 'wrong' }))

    expect(problems).toMatchObject([
      {
        check: 'application',
        message: 'The authorization server refuses this client id and secret.',
      },
    ])
  })

  it('that nobody knows is refused, and its callback URL not judged', async () => {
    const findings = await lookBackend({ KINDE_CLIENT_ID: 'nobody' })

    expect(about(findings, 'application')?.status).toBe('problem')
    expect(about(findings, 'callback URL')?.status).toBe('unknown')
  })

  it('of a front end is known for one, though a secret was given', async () => {
    const env = { KINDE_CLIENT_ID: 'react-demo', KINDE_SITE_URL: 'http://localhost:4503' }
    const findings = await lookBackend(env)

    expect(about(findings, 'application')?.message).toContain('is a front-end one')
  })

  it.each(['backend', 'frontend'] as const)(
    'of a machine signs nobody in to a %s',
    async (kind) => {
      const env = {
        KINDE_CLIENT_ID: 'machine-demo',
        KINDE_CLIENT_SECRET: secretOf('machine-demo'),
      }
      const findings =
        kind === 'backend'
          ? await lookBackend(env)
          : await lookFrontend({ KINDE_CLIENT_ID: 'machine-demo' })

      expect(about(findings, 'application')?.status).toBe('problem')
      if (kind === 'backend') {
        expect(about(findings, 'application')?.message).toContain('"Machine to machine"')
      }
    },
  )

  it('of a back end is none for a front end', async () => {
    const env = { KINDE_CLIENT_ID: 'express-demo', KINDE_SITE_URL: 'http://localhost:4501' }

    expect(about(await lookFrontend(env), 'application')?.remedy).toContain(
      '"Front-end and mobile"',
    )
  })

  it('is not judged by a token endpoint that says something else', async () => {
    intercept('/oauth2/token', () => Response.json({ error: 'server_error' }, { status: 400 }))

    expect(about(await lookBackend(), 'application')?.status).toBe('unknown')
    expect(about(await lookFrontend(), 'application')?.status).toBe('unknown')
  })

  it('is not judged by a token endpoint that takes everybody', async () => {
    intercept('/oauth2/token', () => Response.json({ error: 'invalid_grant' }, { status: 400 }))

    expect(about(await lookBackend(), 'application')?.status).toBe('warning')
  })

  it('that is a machine without rights, or with a wrong secret, gets no token', async () => {
    const limited = about(await lookMachine('machine-limited'), 'machine')
    const wrong = about(
      await lookMachine('machine-demo', { KINDE_M2M_CLIENT_SECRET: 'wrong' }),
      'machine',
    )

    expect(limited?.status).toBe('problem')
    expect(limited?.remedy).toContain('authorize the API')
    expect(wrong?.status).toBe('problem')
  })
})

describe('the callback URL', () => {
  it('that is not registered is a problem', async () => {
    const problems = problemsOf(await lookBackend({ KINDE_SITE_URL: 'http://localhost:9' }))

    expect(problems).toMatchObject([
      {
        check: 'callback URL',
        message: 'http://localhost:9/auth/callback is not registered for this application.',
      },
    ])
  })

  it('may be elsewhere', async () => {
    const findings = await lookBackend({}, { callbackPath: '/api/auth/callback' })

    expect(about(findings, 'callback URL')?.message).toContain('/api/auth/callback is not')
  })

  it('that the sign-in is sent back to with an error is registered; the error is the problem', async () => {
    const problems = problemsOf(await lookBackend({ KINDE_AUDIENCE: 'https://other.example' }))

    expect(problems).toMatchObject([
      { check: 'authorization request', message: expect.stringContaining('invalid_request') },
    ])
  })

  it.each([
    ['the same page', () => new Response('Sign in')],
    ['the same redirect', () => new Response(null, { status: 302, headers: { location: '/x/1' } })],
    ['an outage', () => new Response(null, { status: 503 })],
    ['a throttle', () => new Response(null, { status: 429 })],
  ])('is not judged by a server that answers everybody with %s', async (_, answer) => {
    intercept('/oauth2/auth', answer)

    expect(about(await lookBackend(), 'callback URL')?.status).toBe('unknown')
  })

  it('of a front end without a site is not asked about', async () => {
    const findings = await lookFrontend({ KINDE_SITE_URL: undefined })

    expect(problemsOf(findings)).toEqual([])
    expect(about(findings, 'callback URL')?.message).toContain('--app')
  })
})

describe('the report', () => {
  it('has one line a check, and the way out under what fails', async () => {
    const env = { ...backendEnv(), KINDE_CLIENT_SECRET: 'wrong' }
    const project: FoundProject = {
      kind: 'backend',
      reason: 'by --kind',
      env,
      preset: 'kinde',
      callbackPath: '/auth/callback',
    }
    const lines = formatReport(project, await examine(project)).split('\n')

    expect(lines[0]).toBe('Looking at a back-end application, by --kind; --kind says otherwise.')
    expect(lines).toContainEqual(expect.stringMatching(/^✓ issuer +http/))
    const index = lines.findIndex((line) => line.startsWith('✗ application'))
    expect(lines[index + 1]).toMatch(/^ +→ Copy KINDE_CLIENT_ID/)
    expect(lines.at(-2)).toBe('One thing is wrong.')
  })

  it('has no control characters of a server in it', async () => {
    const findings: Finding[] = [
      { check: 'issuer', status: 'problem', message: 'It says \u001b[2J.\r\nAll is well.' },
    ]
    const [, , line] = formatReport(
      {
        kind: 'api',
        reason: 'by --kind',
        env: {},
        preset: 'kinde',
        callbackPath: '/auth/callback',
      },
      findings,
    ).split('\n')

    expect(line).toBe('✗ issuer  It says  [2J. All is well.')
  })

  it.each([[[]], [['--json']]])('with %j never has a secret in it', async (args) => {
    const secrets = { KINDE_CLIENT_SECRET: 'a-wrong-client-secret', TREFOIL_SECRET: session }
    const machine = { KINDE_M2M_CLIENT_ID: 'machine-demo', KINDE_M2M_CLIENT_SECRET: 'a-wrong-one' }
    const env: NodeJS.ProcessEnv = { ...backendEnv(), ...secrets, ...machine }
    let output = ''
    const print = (text: string): void => void (output += text)
    const code = await examineProject(args, { cwd: import.meta.dirname, env, print })

    expect(code).toBe(1)
    for (const secret of [...Object.values(secrets), 'a-wrong-one']) {
      expect(output).not.toContain(secret)
    }
  })

  it('is JSON when asked for, and the exit code 0 when nothing is wrong', async () => {
    let output = ''
    const print = (text: string): void => void (output += text)
    const context = { cwd: import.meta.dirname, env: backendEnv(), print }
    const code = await examineProject(['--json'], context)

    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({ kind: 'backend', ok: true })
    expect(JSON.parse(output).findings).toHaveLength(7)
  })

  it('is a help when asked for', async () => {
    let output = ''
    const print = (text: string): void => void (output += text)
    const code = await examineProject(['--help'], { cwd: '.', env: {}, print })

    expect(code).toBe(0)
    expect(output).toContain('npx create-trefoil@latest doctor')
  })
})
