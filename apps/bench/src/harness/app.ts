import type { Contender, GraphqlSetup, Place, Setup } from './contender.ts'
import { type Answer, type Browser, createBrowser, send } from './browser.ts'
import { createLoad, type Load, type Shot } from './load.ts'
import { interleave } from './statistics.ts'
import { startWorker, type Worker } from './worker-client.ts'

/** A contender's app, served by a process of its own. */
export interface App {
  readonly name: string
  readonly origin: string
  readonly load: Load
  /** The CPU time of its process so far, in microseconds. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

/** What an app with sessions is started with. */
export interface SessionOptions {
  readonly place: Place
  readonly redisUrl: string
  readonly renews?: boolean
}

const secret = 'the-benchmark-has-a-secret-of-44-characters!'

/** Starts an app with sessions. */
export async function startSessionApp(
  name: string,
  setup: Setup,
  { place, redisUrl, renews = false }: SessionOptions,
): Promise<App> {
  return start(name, 'session', {
    ...setup,
    secret,
    place,
    renews,
    redisUrl: place === 'redis' ? redisUrl : '',
  })
}

/** Starts an app that verifies bearer tokens. */
export async function startBearerApp(name: string, setup: Setup): Promise<App> {
  return start(name, 'bearer', setup)
}

/** Starts a GraphQL server. */
export async function startGraphqlApp(name: string, setup: GraphqlSetup): Promise<App> {
  return start(name, 'graphql', setup, '/graphql?query=%7Buser%7D')
}

/** Loads a contender, for what it says of itself. */
export async function loadContender(name: string): Promise<Contender> {
  const { contender } = await import(`../contenders/${name}.ts`)
  return contender
}

async function start(
  name: string,
  task: 'session' | 'bearer' | 'graphql',
  setup: object,
  path = '/me',
): Promise<App> {
  const worker: Worker = startWorker('app-process.ts')
  try {
    const origin = await worker.call<string>(task, { name, setup })
    const load = createLoad(new URL(path, origin))
    return {
      name,
      origin,
      load,
      cpu: () => worker.call<number>('cpu'),
      async stop() {
        load.close()
        await worker.stop()
      },
    }
  } catch (error) {
    await worker.stop()
    throw error
  }
}

/** Signs somebody in and gives the requests that they make. Rejects when they stay signed out. */
export async function signIn(app: App): Promise<{ shot: Shot; browser: Browser }> {
  const browser = createBrowser()
  const page = await browser.go(`${app.origin}/login`)
  const headers = { cookie: browser.cookieHeader(app.origin) }
  const answer = await send(new URL('/me', app.origin), headers)
  const user = readUser(answer)
  if (user === undefined) throw new Error(explain(page, browser))
  return { shot: { headers, user }, browser }
}

function explain({ status, body }: Answer, { dropped }: Browser): string {
  const names = [...dropped].join(', ')
  if (names !== '') return `a browser drops its cookie ${names}, which is over 4,096 bytes`
  const code = /data-testid="error-code">(\w+)/.exec(body)?.[1]
  return `nobody is signed in after the login, which ended with status ${status} ${code ?? ''}`.trim()
}

/** Whom an answer names. */
export function readUser({ status, body }: Answer): string | undefined {
  if (status !== 200) return undefined
  const { user } = JSON.parse(body)
  // As the provider names them: some contenders make up names of their own, and then prove nothing.
  return typeof user === 'string' && user.startsWith('kp_') ? user : undefined
}

/** An app and the requests that it is sent. */
export interface Lane {
  readonly app: App
  readonly shots: readonly Shot[]
}

/** CPU microseconds of one request, a sample a round, for lanes that take turns. */
export async function sampleCpu(
  lanes: readonly Lane[],
  { rounds, requests, warmUp }: { rounds: number; requests: number; warmUp: number },
): Promise<Map<Lane, number[]>> {
  for (const { app, shots } of lanes) await app.load.send(shots, warmUp)
  return interleave(lanes, rounds, async ({ app, shots }) => {
    const before = await app.cpu()
    await app.load.send(shots, requests)
    return ((await app.cpu()) - before) / requests
  })
}
