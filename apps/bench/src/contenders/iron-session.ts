import express, { type Express, type Request, type Response } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'
import { fetchTokens, readSubject } from '../harness/tokens.ts'

/** iron-session: the session is sealed in cookies; the login is the application's own. */
export const contender: Contender = {
  session: { places: ['cookies'], make },
  install: { packages: ['iron-session'], modules: ['iron-session'] },
}

interface Session {
  user?: string
  tokens?: object
  readonly save: () => Promise<void>
}

interface IronSession {
  readonly getIronSession: (req: Request, res: Response, options: object) => Promise<Session>
}

async function make({ issuer, secret }: SessionSetup): Promise<Express> {
  const { getIronSession } = await loadPeer<IronSession>('iron-session')
  const options = {
    password: secret,
    cookieName: 'session',
    chunk: true,
    cookieOptions: { secure: false },
  }
  const app = express()
  app.get('/login', async (req, res) => {
    const tokens = await fetchTokens(issuer)
    const session = await getIronSession(req, res, options)
    Object.assign(session, { user: readSubject(tokens.id_token), tokens })
    await session.save()
    res.redirect('/me')
  })
  app.get('/me', async (req, res) => {
    const { user } = await getIronSession(req, res, options)
    res.json({ user: user ?? null })
  })
  return app
}
