import express, { type Express, type Request, type Response } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/** Auth0's framework-free SDK: the session is a JWE in cookies, sealed anew with a token set. */
export const contender: Contender = {
  session: { places: ['cookies'], renews: true, signsIn: true, make },
  install: { packages: ['@auth0/auth0-server-js'], modules: ['@auth0/auth0-server-js'] },
}

interface Context {
  readonly req: Request
  readonly res: Response
}

interface Client {
  startInteractiveLogin(options: object, context: Context): Promise<URL>
  completeInteractiveLogin(url: URL, context: Context): Promise<unknown>
  getUser(context: Context): Promise<{ readonly sub: string } | undefined>
  getAccessToken(context: Context): Promise<unknown>
}

type Store = new (options: object, cookies: object) => object

interface Auth0 {
  readonly ServerClient: new (options: object) => Client
  readonly CookieTransactionStore: Store
  readonly StatelessStateStore: Store
}

async function make(setup: SessionSetup): Promise<Express> {
  const { origin, renews } = setup
  const client = await createClient(setup)
  const app = express()
  const { default: cookieParser } = await loadPeer<{
    default: () => ReturnType<typeof express.json>
  }>('cookie-parser')
  app.use(cookieParser())
  app.get('/login', async (req, res) => {
    res.redirect((await client.startInteractiveLogin({}, { req, res })).href)
  })
  app.get('/callback', async (req, res) => {
    await client.completeInteractiveLogin(new URL(req.url, origin), { req, res })
    res.redirect('/me')
  })
  app.get('/me', async (req, res) => {
    if (renews) await client.getAccessToken({ req, res })
    const user = await client.getUser({ req, res })
    res.json({ user: user?.sub ?? null })
  })
  return app
}

async function createClient(setup: SessionSetup): Promise<Client> {
  const { issuer, clientId, clientSecret, origin, secret } = setup
  const { ServerClient, CookieTransactionStore, StatelessStateStore } =
    await loadPeer<Auth0>('@auth0/auth0-server-js')
  return new ServerClient({
    domain: new URL(issuer).host,
    clientId,
    clientSecret,
    authorizationParams: {
      redirect_uri: `${origin}/callback`,
      scope: 'openid profile email offline_access',
    },
    transactionStore: new CookieTransactionStore({ secret }, cookies),
    stateStore: new StatelessStateStore({ secret }, cookies),
    customFetch: fetchPlainly,
  })
}

// It speaks https alone, and a benchmark on this machine does not: the provider is told to call
// itself by the https name, and the requests go to the same port without TLS.
async function fetchPlainly(
  url: string | URL,
  init: RequestInit = {},
): Promise<globalThis.Response> {
  const headers = new Headers(init.headers)
  headers.set('x-bench-scheme', 'https')
  return fetch(url.toString().replace('https:', 'http:'), { ...init, headers })
}

const cookies = {
  getCookie: (name: string, { req }: Context) => req.cookies[name],
  getCookies: ({ req }: Context) => req.cookies,
  setCookie(name: string, value: string, options: { maxAge?: number }, { req, res }: Context) {
    req.cookies[name] = value
    res.cookie(name, value, { httpOnly: true, maxAge: (options.maxAge ?? 3600) * 1000 })
  },
  deleteCookie(name: string, { res }: Context) {
    res.clearCookie(name)
  },
}
