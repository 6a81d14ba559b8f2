import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { serializeCookie } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import { createSeed, type Issuer, startIssuer } from '@trefoil/issuer'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { examine } from '../src/examination.ts'
import type { Finding } from '../src/finding.ts'
import type { Project } from '../src/project.ts'

const { applications } = createSeed()
const servers: Server[] = []
let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer({ port: 0 })
})
afterAll(() => issuer.close())
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

type Env = Record<string, string | undefined>

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0)
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  return new URL(`http://localhost:${typeof address === 'object' && address ? address.port : 0}`)
}

/** Runs an app with an environment that may need to know where it is. */
async function run(
  makeEnv: (url: URL) => Env,
  options: { callbackPath?: string } = {},
): Promise<{ url: URL; env: Env }> {
  let env: Env = {}
  let app = createBackendApp({ env })
  const url = await serve((message, response) => {
    void app.handle(view(message)).then((outcome) => {
      if (!outcome) return response.writeHead(404).end()
      const cookies = outcome.cookies.map(serializeCookie)
      response.writeHead(outcome.status, {
        ...outcome.headers,
        ...(outcome.location !== undefined && { location: outcome.location }),
        'set-cookie': cookies,
      })
      return response.end(outcome.body)
    })
  })
  env = makeEnv(url)
  app = createBackendApp({ env, onEvent: () => {}, ...options })
  return { url, env }
}

function view({ headers, method = 'GET', url = '/' }: IncomingMessage) {
  return {
    method,
    url: `http://${headers.host}${url}`,
    header: (name: string) => headers[name]?.toString(),
  }
}

const envOf = (site: string, id = 'express-demo'): Env => ({
  KINDE_ISSUER_URL: issuer.url,
  KINDE_CLIENT_ID: id,
  KINDE_CLIENT_SECRET: applications.find((each) => each.id === id)?.secret,
  KINDE_SITE_URL: site,
  TREFOIL_SECRET: 'dGhlc2VjcmV0b2Zoc2V2ZW50ZXN0cw0123456789abc=',
})

/** What the doctor finds at the running app alone. */
async function look(env: Env, app: URL, more: Partial<Project> = {}): Promise<Finding[]> {
  const project: Project = {
    kind: 'backend',
    env,
    preset: 'kinde',
    callbackPath: '/auth/callback',
    app,
    ...more,
  }
  const [all, without] = [await examine(project), await examine({ ...project, app: undefined })]
  return all.slice(without.length)
}

describe('the running app', () => {
  it('that has the same settings is well', async () => {
    const { url, env } = await run(({ origin }) => envOf(origin))

    expect(await look(env, url)).toMatchObject([{ check: 'running app', status: 'ok' }])
  })

  it('that knows its public https site behind a proxy is well', async () => {
    const { url, env } = await run(() => envOf('https://localhost:4501'))

    expect(await look(env, url)).toMatchObject([{ check: 'running app', status: 'ok' }])
  })

  it('that does not run is a problem', async () => {
    const url = await serve(() => {})
    servers.splice(0).forEach((server) => server.close())

    expect(await look(envOf('http://localhost:4501'), url)).toMatchObject([
      { status: 'problem', remedy: 'Start it, or correct --app.' },
    ])
  })

  it('that takes itself for http while the site is https is a problem of the proxy', async () => {
    const { url } = await run(() => envOf('http://localhost:4501'))
    const findings = await look(envOf('https://localhost:4501'), url)

    expect(findings).toMatchObject([
      { check: 'proxy', status: 'problem', remedy: expect.stringContaining('trust proxy') },
      { check: 'cookies', message: expect.stringContaining('without Secure') },
    ])
  })

  it('that is another site is a problem', async () => {
    const { url } = await run(() => envOf('http://localhost:4501'))
    const [finding] = await look(envOf('http://localhost:4502'), url)

    expect(finding?.message).toContain('http://localhost:4501, but KINDE_SITE_URL here is')
  })

  it('that is asked at another host than it sends browsers back to is a problem', async () => {
    const { url, env } = await run(({ origin }) => envOf(origin))
    const [finding] = await look(env, new URL(url.href.replace('localhost', '127.0.0.1')))

    expect(finding).toMatchObject({ check: 'proxy', status: 'problem' })
    expect(finding?.message).toContain('Asked at http://127.0.0.1')
  })

  it('that has another callback path is a problem', async () => {
    const { url, env } = await run(({ origin }) => envOf(origin), { callbackPath: '/back' })

    expect((await look(env, url))[0]?.remedy).toContain('--callback-path /back')
  })

  it('that is another application is a problem', async () => {
    const { url } = await run(({ origin }) => envOf(origin, 'next-demo'))
    const [finding] = await look(envOf(url.origin), url)

    expect(finding?.message).toContain('another application than KINDE_CLIENT_ID')
  })

  it('that cannot begin a sign-in is a problem, with the code of its error page', async () => {
    const { url } = await run(() => ({}))
    const [finding] = await look(envOf(url.origin), url)

    expect(finding?.message).toBe(
      `${url.origin}/auth/login answers with 500 (configuration_invalid).`,
    )
  })

  it('that sends browsers to another host is a problem', async () => {
    const url = await serve((_, response) =>
      response.writeHead(308, { location: 'https://www.app.example/auth/login' }).end(),
    )

    expect(await look(envOf(url.origin), url)).toMatchObject([
      { check: 'proxy', remedy: expect.stringContaining('--app https://www.app.example.') },
    ])
  })

  it('that sends a browser away without a way back cannot be judged', async () => {
    const url = await serve((_, response) =>
      response.writeHead(302, { location: `${issuer.url}/oauth2/auth?redirect_uri=` }).end(),
    )

    expect((await look(envOf(url.origin), url))[0]?.status).toBe('unknown')
  })

  it('of a front end answers, or sends browsers elsewhere', async () => {
    const env = { KINDE_ISSUER_URL: issuer.url, KINDE_CLIENT_ID: 'react-demo' }
    const page = await serve((_, response) => response.end('<!doctype html>'))
    const moved = await serve((_, response) =>
      response.writeHead(301, { location: 'https://www.app.example/' }).end(),
    )
    const frontend = { kind: 'frontend', callbackPath: '/callback' } as const

    expect(await look(env, page, frontend)).toMatchObject([{ status: 'ok' }])
    expect(await look(env, moved, frontend)).toMatchObject([
      { status: 'warning', message: expect.stringContaining('https://www.app.example') },
    ])
  })
})
