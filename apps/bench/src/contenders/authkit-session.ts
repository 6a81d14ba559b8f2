import express, { type Express, type Request } from 'express'
import type { Contender, SessionSetup } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'
import { fetchTokens, readSubject } from '../harness/tokens.ts'

/** WorkOS's session library: sealed in one cookie, the access token verified with each request. */
export const contender: Contender = {
  session: { places: ['cookies'], make },
  install: {
    packages: ['@workos/authkit-session', '@workos-inc/node'],
    modules: ['@workos/authkit-session'],
  },
}

interface Storage {
  getCookie(request: Request, name: string): Promise<string | null>
}

interface AuthKitSession {
  readonly configure: (options: object) => void
  readonly CookieSessionStorage: new (config: object) => Storage
  readonly createAuthService: (options: object) => {
    withAuth(request: Request): Promise<{ auth: { user?: { readonly id: string } | null } }>
    saveSession(response: undefined, sealed: string): Promise<{ headers?: Headers }>
  }
  readonly sessionEncryption: {
    readonly sealData: (data: object, options: object) => Promise<string>
  }
}

type Headers = Readonly<Record<string, string | string[]>>

async function make({ issuer, clientId, origin, secret }: SessionSetup): Promise<Express> {
  const kit = await loadPeer<AuthKitSession>('@workos/authkit-session')
  const { hostname, port } = new URL(issuer)
  kit.configure({
    clientId,
    apiKey: 'sk_bench',
    apiHostname: hostname,
    apiPort: Number(port),
    apiHttps: false,
    redirectUri: `${origin}/callback`,
    cookiePassword: secret,
  })
  const service = kit.createAuthService({
    sessionStorageFactory: (config: object) => new (defineStorage(kit))(config),
  })
  const app = express()
  app.get('/login', async (_req, res) => {
    const tokens = await fetchTokens(issuer)
    const session = {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      user: { object: 'user', id: readSubject(tokens.id_token), email: 'user@bench.example' },
    }
    const sealed = await kit.sessionEncryption.sealData(session, { password: secret, ttl: 0 })
    const { headers = {} } = await service.saveSession(undefined, sealed)
    res.setHeader('set-cookie', headers['Set-Cookie'] ?? [])
    res.redirect('/me')
  })
  app.get('/me', async (req, res) => {
    const { auth } = await service.withAuth(req)
    res.json({ user: auth.user?.id ?? null })
  })
  return app
}

function defineStorage({ CookieSessionStorage }: AuthKitSession): new (config: object) => Storage {
  return class extends CookieSessionStorage {
    override async getCookie(request: Request, name: string): Promise<string | null> {
      const pair = (request.headers.cookie ?? '')
        .split('; ')
        .find((text) => text.startsWith(`${name}=`))
      return pair === undefined ? null : decodeURIComponent(pair.slice(name.length + 1))
    }
  }
}
