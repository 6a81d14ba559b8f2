import {
  type ACClient,
  createKindeServerClient,
  GrantType,
  PortalPage,
  type SessionManager,
} from '@kinde-oss/kinde-typescript-sdk'
import { validateToken } from '@kinde/jwt-validator'
import { describe, expect, it } from 'vitest'
import type { Issuer } from '../src/index.ts'
import { Browser, locationOf } from './browser.ts'
import { findApplication, password, reports, start } from './client.ts'

/** Where Kinde's SDK keeps a user's tokens. */
function createSession(): SessionManager {
  const items = new Map<string, unknown>()
  return {
    getSessionItem: async (key) => items.get(key) ?? null,
    setSessionItem: async (key, value) => {
      items.set(key, value)
    },
    removeSessionItem: async (key) => {
      items.delete(key)
    },
    destroySession: async () => items.clear(),
  }
}

function createClient(issuer: Issuer, kind: 'backend' | 'frontend'): ACClient {
  const id = kind === 'backend' ? 'express-demo' : 'react-demo'
  const { secret, callbackUrls, logoutUrls } = findApplication(issuer, id)
  const options = {
    authDomain: issuer.url,
    clientId: id,
    redirectURL: callbackUrls[0] ?? '',
    logoutRedirectURL: logoutUrls[0] ?? '',
    audience: reports,
  }
  if (secret === undefined) return createKindeServerClient(GrantType.PKCE, options)
  return createKindeServerClient(GrantType.AUTHORIZATION_CODE, { ...options, clientSecret: secret })
}

/** Lets a person fill the form that a URL of the SDK leads to, and takes the callback to the SDK. */
async function goThrough(
  client: ACClient,
  session: SessionManager,
  url: URL,
  fields: Record<string, string> = { email: 'owner@example.com', password },
  browser = new Browser(),
): Promise<void> {
  const page = await browser.visit(url.href)
  const callback = locationOf(locationOf(page) ? page : await browser.submit(page, fields))
  if (!callback) throw new Error('The issuer did not lead back.')
  await client.handleRedirectToApp(session, callback)
}

describe("Kinde's own TypeScript SDK, unmodified", () => {
  describe.each(['backend', 'frontend'] as const)('as a %s application', (kind) => {
    it('signs in and reads who the user is and what they may do', async () => {
      const issuer = await start()
      const client = createClient(issuer, kind)
      const session = createSession()
      await goThrough(client, session, await client.login(session))
      expect(await client.isAuthenticated(session)).toBe(true)
      expect(await client.getUser(session)).toMatchObject({
        given_name: 'Olivia',
        family_name: 'Owner',
        email: 'owner@example.com',
      })
      expect((await client.getUserProfile(session)).email).toBe('owner@example.com')
      expect(await client.getOrganization(session)).toEqual({ orgCode: 'org_acme' })
      expect(await client.getUserOrganizations(session)).toEqual({ orgCodes: ['org_acme'] })
      expect((await client.getPermission(session, 'read:reports')).isGranted).toBe(true)
      expect((await client.getPermission(session, 'fly:planes')).isGranted).toBe(false)
      expect(await client.getBooleanFlag(session, 'beta_dashboard')).toBe(true)
      expect(await client.getStringFlag(session, 'theme')).toBe('dark')
      expect(await client.getIntegerFlag(session, 'max_projects')).toBe(10)
      expect((await client.getClaim(session, 'aud')).value).toEqual([reports])
    })

    it('refreshes', async () => {
      const issuer = await start({ settings: { keepsAccessToken: false } })
      const client = createClient(issuer, kind)
      const session = createSession()
      await goThrough(client, session, await client.login(session))
      const before = await client.getToken(session)
      await client.refreshTokens(session)
      expect(await client.getToken(session)).not.toBe(before)
      expect(await client.getUser(session)).toMatchObject({ email: 'owner@example.com' })
    })

    it('registers, signs out and opens the portal', async () => {
      const issuer = await start()
      const client = createClient(issuer, kind)
      const session = createSession()
      const browser = new Browser()
      const email = 'nora@example.com'
      const names = { given_name: 'Nora', family_name: 'New' }
      const fields = { email, password: 'secret', ...names }
      await goThrough(client, session, await client.register(session), fields, browser)
      expect(await client.getUser(session)).toMatchObject({ email, given_name: 'Nora' })
      const { url } = await client.portal(session, {
        returnUrl: 'http://localhost:4501/',
        subNav: PortalPage.planDetails,
      })
      expect((await browser.send(url.href)).text).toContain(email)
      const logout = await browser.send((await client.logout(session)).href)
      expect(locationOf(logout)?.href).toMatch(/^http:\/\/localhost:450[13]\/$/)
    })

    it('creates an organization for somebody who is signed in', async () => {
      const issuer = await start()
      const client = createClient(issuer, kind)
      const session = createSession()
      const browser = new Browser()
      await goThrough(client, session, await client.login(session), undefined, browser)
      const create = await client.createOrg(session, { org_name: 'Initech' })
      await goThrough(client, session, create, undefined, browser)
      const created = issuer.seed.organizations.find(({ name }) => name === 'Initech')
      expect(created?.code).toMatch(/^org_/)
      expect(await client.getOrganization(session)).toEqual({ orgCode: created?.code })
    })
  })

  it('gets a machine token, whose signature its validator accepts', async () => {
    const issuer = await start()
    const { secret = '' } = findApplication(issuer, 'machine-demo')
    const client = createKindeServerClient(GrantType.CLIENT_CREDENTIALS, {
      authDomain: issuer.url,
      clientId: 'machine-demo',
      clientSecret: secret,
      audience: [reports, `${issuer.url}/api`],
      scope: 'read:reports read:users',
    })
    const session = createSession()
    const token = await client.getToken(session)
    expect(await validateToken({ token, domain: issuer.url })).toMatchObject({ valid: true })
    expect((await client.getPermissions(session)).orgCode).toBeNull()
    expect(await client.getToken(session)).toBe(token)
  })

  it("refuses another issuer's token with its validator", async () => {
    const [issuer, other] = [await start(), await start()]
    const client = createClient(issuer, 'backend')
    const session = createSession()
    await goThrough(client, session, await client.login(session))
    const token = await client.getToken(session)
    expect(await validateToken({ token, domain: issuer.url })).toMatchObject({ valid: true })
    expect(await validateToken({ token, domain: other.url })).toMatchObject({ valid: false })
  })
})
