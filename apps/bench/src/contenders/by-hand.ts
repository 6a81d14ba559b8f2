import {
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  createCipheriv,
  createPublicKey,
  verify,
} from 'node:crypto'
import express, { type Express } from 'express'
import type { Contender, SessionSetup, Setup } from '../harness/contender.ts'
import { fetchTokens, readClaims, readSubject } from '../harness/tokens.ts'

/**
 * Code that does only the work that is measured: no framework, no second secret, no renewal, no check
 * that is not needed to know who is signed in. It is where the limit lies, not what one should run.
 */
export const contender: Contender = {
  session: { places: ['cookies'], make: makeSession },
  bearer: { make: makeBearer },
  async machine({ issuer, clientId, clientSecret, audience }) {
    let held: { token: Promise<string>; until: number } | undefined
    return async () => {
      if (held && held.until > Date.now()) return held.token
      const token = requestToken(issuer, {
        client_id: clientId,
        client_secret: clientSecret,
        audience,
      })
      held = { token, until: Date.now() + 3_000_000 }
      return token
    }
  },
}

const cookie = 'session'
const pieceSize = 4000

async function makeSession({ issuer, secret }: SessionSetup): Promise<Express> {
  const key = createSecretKey(new Uint8Array(hkdfSync('sha256', secret, '', 'session', 32)))
  const app = express()
  app.get('/login', async (_req, res) => {
    const tokens = await fetchTokens(issuer)
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const text = JSON.stringify({ user: readSubject(tokens.id_token), tokens })
    const sealed = Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    const value = sealed.toString('base64url')
    for (let index = 0; index * pieceSize < value.length; index++) {
      const piece = value.slice(index * pieceSize, (index + 1) * pieceSize)
      res.append('set-cookie', `${cookie}${index}=${piece}; Path=/; HttpOnly`)
    }
    res.redirect('/me')
  })
  app.get('/me', (req, res) => {
    const sealed = Buffer.from(readCookies(req.headers.cookie ?? ''), 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(-16))
    const text =
      decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
    res.json({ user: JSON.parse(text).user })
  })
  return app
}

// The pieces come in the order in which they were set.
function readCookies(header: string): string {
  return header
    .split('; ')
    .map((pair) => pair.slice(pair.indexOf('=') + 1))
    .join('')
}

async function makeBearer({ issuer, audience }: Setup): Promise<Express> {
  const response = await fetch(`${issuer}/.well-known/jwks`)
  const { keys } = await response.json()
  const key = createPublicKey({ key: keys[0], format: 'jwk' })
  const app = express()
  app.get('/me', (req, res) => {
    const token = req.headers.authorization?.slice('Bearer '.length) ?? ''
    const end = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(end + 1), 'base64url')
    const isOurs = verify('sha256', Buffer.from(token.slice(0, end)), key, signature)
    const { sub, exp, iss, aud } = readClaims(token)
    const isValid = isOurs && iss === issuer && aud.includes(audience) && exp * 1000 > Date.now()
    res.status(isValid ? 200 : 401).json({ user: isValid ? sub : null })
  })
  return app
}

async function requestToken(issuer: string, client: Record<string, string>): Promise<string> {
  const response = await fetch(`${issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', ...client }),
  })
  const { access_token: token } = await response.json()
  return token
}
