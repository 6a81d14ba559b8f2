import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/** Auth.js for Express: the session is a JWE in cookies, sealed anew with every answer. */
export const contender: Contender = {
  session: { places: ['cookies'], make },
  install: { packages: ['@auth/express'], modules: ['@auth/express'] },
}

interface AuthExpress {
  readonly ExpressAuth: (config: object) => RequestHandler
  readonly getSession: (
    req: Request,
    config: object,
  ) => Promise<{ readonly user?: { readonly id?: string } } | null>
}

async function make(setup: SessionSetup): Promise<Express> {
  const { ExpressAuth, getSession } = await loadPeer<AuthExpress>('@auth/express')
  const config = makeConfig(setup)
  const app = express()
  app.set('trust proxy', true)
  app.get('/login', startLogin(setup.origin))
  // It reads its base path from what the first group matched, as Express 4 tells it.
  app.use(/\/auth\/(.*)/, ExpressAuth(config))
  app.get('/', (_req, res) => res.redirect('/me'))
  app.get('/me', async (req, res) => {
    const session = await getSession(req, config)
    res.json({ user: session?.user?.id ?? null })
  })
  return app
}

function makeConfig({ issuer, clientId, clientSecret, secret }: SessionSetup): object {
  return {
    secret,
    trustHost: true,
    providers: [{ id: 'bench', name: 'Bench', type: 'oidc', issuer, clientId, clientSecret }],
    callbacks: {
      jwt: ({ token, account }: { token: object; account?: Account | null }) =>
        account ? { ...token, sub: account.providerAccountId, tokens: pickTokens(account) } : token,
      session: ({ session, token }: { session: object; token: { sub: string } }) => ({
        ...session,
        user: { id: token.sub },
      }),
    },
  }
}

interface Tokens {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token: string
}

interface Account extends Tokens {
  readonly providerAccountId: string
}

function pickTokens({ access_token, id_token, refresh_token }: Tokens): Tokens {
  return { access_token, id_token, refresh_token }
}

// Auth.js starts a login by a form with a token against forgery; this page submits it.
function startLogin(origin: string): (req: Request, res: Response) => Promise<void> {
  return async (_req, res) => {
    const page = await fetch(`${origin}/auth/csrf`)
    const { csrfToken } = await page.json()
    const cookie = page.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
    const answer = await fetch(`${origin}/auth/signin/bench`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookie.join('; ') },
      body: new URLSearchParams({ csrfToken, callbackUrl: `${origin}/me` }),
    })
    res.setHeader('set-cookie', [...page.headers.getSetCookie(), ...answer.headers.getSetCookie()])
    res.redirect(answer.headers.get('location') ?? '/')
  }
}
