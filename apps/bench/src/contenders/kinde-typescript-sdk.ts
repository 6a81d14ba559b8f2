import express, { type Express, type Request, type Response } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/** Kinde's TypeScript SDK; the application keeps each item of the session in a cookie. */
export const contender: Contender = {
  session: { places: ['cookies'], renews: true, signsIn: true, make },
  async machine({ issuer, clientId, clientSecret, audience }) {
    const { createKindeServerClient, GrantType } = await loadKinde()
    const client = createKindeServerClient(GrantType.CLIENT_CREDENTIALS, {
      authDomain: issuer,
      clientId,
      clientSecret,
      audience,
      logoutRedirectURL: issuer,
    })
    const items = new Map<string, unknown>()
    const manager: SessionManager = {
      getSessionItem: async (key) => items.get(key) ?? null,
      setSessionItem: async (key, value) => {
        items.set(key, value)
      },
      removeSessionItem: async (key) => {
        items.delete(key)
      },
      destroySession: async () => items.clear(),
    }
    return async () => client.getToken(manager)
  },
  install: {
    packages: ['@kinde-oss/kinde-typescript-sdk'],
    modules: ['@kinde-oss/kinde-typescript-sdk'],
  },
}

interface SessionManager {
  readonly getSessionItem: (key: string) => Promise<unknown>
  readonly setSessionItem: (key: string, value: unknown) => Promise<void>
  readonly removeSessionItem: (key: string) => Promise<void>
  readonly destroySession: () => Promise<void>
}

interface Client {
  login(manager: SessionManager): Promise<URL>
  handleRedirectToApp(manager: SessionManager, url: URL): Promise<void>
  isAuthenticated(manager: SessionManager): Promise<boolean>
  getUser(manager: SessionManager): Promise<{ readonly id: string }>
  getToken(manager: SessionManager): Promise<string>
}

interface Kinde {
  readonly GrantType: {
    readonly AUTHORIZATION_CODE: string
    readonly CLIENT_CREDENTIALS: string
  }
  readonly createKindeServerClient: (grantType: string, options: object) => Client
}

async function loadKinde(): Promise<Kinde> {
  return loadPeer<Kinde>('@kinde-oss/kinde-typescript-sdk')
}

async function make(setup: SessionSetup): Promise<Express> {
  const { issuer, clientId, clientSecret, origin } = setup
  const { createKindeServerClient, GrantType } = await loadKinde()
  const { default: cookieParser } = await loadPeer<{
    default: () => ReturnType<typeof express.json>
  }>('cookie-parser')
  const client = createKindeServerClient(GrantType.AUTHORIZATION_CODE, {
    authDomain: issuer,
    clientId,
    clientSecret,
    redirectURL: `${origin}/callback`,
    logoutRedirectURL: origin,
    scope: 'openid profile email offline',
  })
  const app = express()
  app.use(cookieParser())
  app.get('/login', async (req, res) => {
    res.redirect((await client.login(manageSession(req, res))).href)
  })
  app.get('/callback', async (req, res) => {
    await client.handleRedirectToApp(manageSession(req, res), new URL(req.url, origin))
    res.redirect('/me')
  })
  app.get('/me', async (req, res) => {
    const manager = manageSession(req, res)
    const isSignedIn = await client.isAuthenticated(manager)
    const user = isSignedIn ? await client.getUser(manager) : undefined
    res.json({ user: user?.id ?? null })
  })
  return app
}

function manageSession(req: Request, res: Response): SessionManager {
  return {
    getSessionItem: async (key) => readItem(req.cookies[key]),
    setSessionItem: async (key, value) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      req.cookies[key] = text
      res.cookie(key, text, { httpOnly: true })
    },
    removeSessionItem: async (key) => {
      req.cookies[key] = undefined
      res.clearCookie(key)
    },
    destroySession: async () => {
      for (const key of Object.keys(req.cookies)) res.clearCookie(key)
    },
  }
}

function readItem(text: unknown): unknown {
  if (typeof text !== 'string') return null
  return text.startsWith('{') ? JSON.parse(text) : text
}
