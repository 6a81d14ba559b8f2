import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import { BoundedMap } from './bounded-map.ts'
import type { IssuerContext } from './context.ts'
import { signInPath, translate } from './dialect.ts'
import { Directory } from './directory.ts'
import { answerEndpoint } from './endpoints/index.ts'
import { serveInteraction, type Visit } from './interactions.ts'
import { createKeys } from './keys.ts'
import { serveLogout } from './logout.ts'
import { createProvider } from './provider.ts'
import { type Interceptor, Interceptors, type IssuerRequest, RequestLog } from './requests.ts'
import { type Application, createSeed, type Seed } from './seed.ts'
import { readSeed } from './seed-file.ts'
import { listen, readBody, replay, sendResponse, stop, toIssuerUrl, toRequest } from './server.ts'
import { defaultSettings, type IssuerSettings } from './settings.ts'
import { SignIns } from './sign-ins.ts'
import { Storage } from './storage.ts'

/** How an issuer is started. */
export interface IssuerOptions {
  /** The port to listen on. Default 4500; 0 takes one that is free. */
  readonly port?: number
  /** The name in the issuer's URL, and what it listens on. Default `localhost`. */
  readonly host?: string
  /**
   * What is registered; lists that are left out are empty. Default: the built-in seed, which has what
   * every demo needs.
   */
  readonly seed?: Partial<Seed>
  readonly settings?: Partial<IssuerSettings>
  /**
   * Tells the time in milliseconds since 1970, for the times in tokens, the lifetime of refresh tokens
   * and their overlap. Default `Date.now`, which codes and browser sessions always go by.
   */
  readonly clock?: () => number
}

/** A running local Kinde. */
export interface Issuer {
  /** Where it is, which is also its `iss`: `http://localhost:<port>`, without a slash at the end. */
  readonly url: string
  /** What is registered now; users and organizations that were created meanwhile are in it. */
  readonly seed: Seed
  /** Read at each use, so it may be changed at any time. */
  readonly settings: IssuerSettings
  /** What came in, in order; the newest ten thousand. */
  readonly requests: readonly IssuerRequest[]
  /** Adds an application, or replaces the one with the same id. */
  addApplication(application: Application): void
  /** Ends every grant and session of a user: refreshes answer `invalid_grant`. */
  revokeUser(email: string): Promise<void>
  /** Lets a test answer instead of the issuer, or let a request through with `undefined`; returns the undo. */
  intercept(handler: Interceptor): () => void
  /** Closes every connection and frees the port. */
  close(): Promise<void>
}

/**
 * Starts a local Kinde. Everything is in memory, and several can run in one process.
 *
 * Rejects with a `SeedError` that names every mistake of the seed, and with the system's error when the
 * port is taken (`EADDRINUSE`).
 *
 * @example
 * const issuer = await startIssuer({ port: 0 })
 * process.env.KINDE_ISSUER_URL = issuer.url
 * await issuer.close()
 */
export async function startIssuer(options: IssuerOptions = {}): Promise<Issuer> {
  const { port = 4500, host = 'localhost', clock = Date.now } = options
  const seed = readSeed(options.seed ?? createSeed())
  const keys = await createKeys()
  // The URL is in everything the handler needs, and with port 0 it is known once the server listens.
  let handler: RequestListener = answerNotYet
  const listening = await listen(port, host, (message, response) => handler(message, response))
  const url = toIssuerUrl(host, listening.port)
  const managementAudience = `${url}/api`
  const context: IssuerContext = {
    url,
    managementAudience,
    directory: new Directory(seed, managementAudience, clock),
    settings: { ...defaultSettings, ...options.settings },
    keys,
    signIns: new SignIns(),
    organizations: new BoundedMap(mostKept),
    portalLinks: new BoundedMap(mostKept),
    clock,
  }
  const parts = assemble(context)
  handler = parts.handler
  return {
    url,
    seed: context.directory.seed,
    settings: context.settings,
    requests: parts.log.entries,
    addApplication: (application) => context.directory.addApplication(application),
    async revokeUser(email) {
      const user = context.directory.userByEmail(email)
      if (!user) throw new Error(`Nobody is registered with the email ${email}.`)
      parts.endUser(user.id)
    },
    intercept: (interceptor) => parts.interceptors.add(interceptor),
    close: () => stop(listening.server),
  }
}

const mostKept = 10_000

interface Parts {
  readonly handler: RequestListener
  readonly log: RequestLog
  readonly interceptors: Interceptors
  readonly endUser: (userId: string) => void
}

function assemble(context: IssuerContext): Parts {
  const storage = new Storage()
  const provider = createProvider(context, storage)
  const log = new RequestLog()
  const interceptors = new Interceptors()
  const endUser = (userId: string): void => {
    context.signIns.endOfUser(userId)
    storage.deleteWhere((_model, payload) => payload.accountId === userId)
  }
  const answer = createAnswer(provider, context, endUser)
  const respond = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(message)
    if (!body) return refuse(response, 413)
    const request = toRequest(message, body, context.url)
    if (!request) return refuse(response, 400)
    const note = log.add(request, new URLSearchParams(body.toString()))
    response.once('finish', () => note(response.statusCode))
    const intercepted = await interceptors.answer(request)
    if (intercepted) return sendResponse(response, intercepted)
    const url = new URL(request.url)
    translate(url)
    return answer({ message: replay(message, body, url), response, request })
  }
  const handler: RequestListener = (message, response) => {
    respond(message, response).catch((error: unknown) => fail(response, error))
  }
  return { handler, log, interceptors, endUser }
}

function createAnswer(
  provider: Provider,
  context: IssuerContext,
  endUser: (userId: string) => void,
): (visit: Visit) => Promise<void> {
  const askProvider = provider.callback()
  return async (visit) => {
    const { pathname } = new URL(visit.request.url)
    if (pathname.startsWith(`${signInPath}/`)) return serveInteraction(visit, provider, context)
    if (pathname === '/logout') return serveLogout(visit, provider, context, endUser)
    const answer = await answerEndpoint(visit.request, context)
    if (answer) return sendResponse(visit.response, answer)
    return askProvider(visit.message, visit.response)
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end()
}

function answerNotYet(_message: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1' }).end()
}

function fail(response: ServerResponse, error: unknown): void {
  process.emitWarning(
    `The local issuer failed: ${error instanceof Error ? error.stack : 'unknown'}`,
  )
  if (!response.headersSent) response.writeHead(500)
  response.end()
}
