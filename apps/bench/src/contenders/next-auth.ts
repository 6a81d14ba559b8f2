import express, { type Express, type Request } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'
import { fetchTokens, readSubject } from '../harness/tokens.ts'

/** NextAuth.js 4, whose `getToken` works without Next.js: the session is a JWE in cookies. */
export const contender: Contender = {
  session: { places: ['cookies'], make },
}

interface NextAuthJwt {
  readonly encode: (options: object) => Promise<string>
  readonly getToken: (options: object) => Promise<{ readonly sub?: string } | null>
}

const cookie = 'next-auth.session-token'
// NextAuth cuts the value after this many characters.
const pieceSize = 3933

async function make({ issuer, secret }: SessionSetup): Promise<Express> {
  const { encode, getToken } = await loadPeer<NextAuthJwt>('next-auth/jwt')
  const { default: cookieParser } = await loadPeer<{
    default: () => ReturnType<typeof express.json>
  }>('cookie-parser')
  const app = express()
  app.use(cookieParser())
  app.get('/login', async (_req, res) => {
    const tokens = await fetchTokens(issuer)
    const value = await encode({ secret, token: { sub: readSubject(tokens.id_token), ...tokens } })
    const pieces = value.match(new RegExp(`.{1,${pieceSize}}`, 'g')) ?? []
    for (const [index, piece] of pieces.entries()) {
      const name = pieces.length === 1 ? cookie : `${cookie}.${index}`
      res.cookie(name, piece, { httpOnly: true })
    }
    res.redirect('/me')
  })
  app.get('/me', async (req: Request, res) => {
    const token = await getToken({ req, secret, secureCookie: false })
    res.json({ user: token?.sub ?? null })
  })
  return app
}
