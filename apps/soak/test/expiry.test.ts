import { type Issuer, startIssuer } from '@trefoil/issuer'
import { afterEach, describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/app.ts'
import { burst, createPerson, type Person, readAnswer } from '../src/person.ts'
import { type Provider, startProvider } from '../src/provider.ts'

const hour = 3_600_000

describe.each(['cookie', 'memory'] as const)(
  'a session in %s at the end of its access token, with strict rotation',
  (store) => {
    let app: App
    let stop: () => Promise<void>
    afterEach(async () => {
      await app.close()
      await stop()
    })

    it('RF-01 answers 100 requests at once and 10 late ones after one refresh', async () => {
      const provider = await startProvider()
      stop = provider.stop
      app = await startApp({ issuer: provider.issuer, clientId: provider.clientId, store })
      const person = createPerson('kp_1')
      expect((await person.signIn(app)).status).toBe(200)
      await expectOneRefresh(person, provider)
      expect(provider.grants.counts).toMatchObject({ refreshes: 1, reuses: 0 })
      // The browser goes on with what it was answered last.
      await person.get(app)
      await move(provider)
      expect(readAnswer(await person.get(app, '/data'))?.user).toBe('kp_1')
      expect(provider.grants.counts).toMatchObject({ refreshes: 2, reuses: 0 })
    })

    it('RF-01 does so with the local Kinde', async () => {
      let offset = 0
      const clock = { shift: (milliseconds: number) => void (offset += milliseconds) }
      const issuer = await startIssuer({ port: 0, clock: () => Date.now() + offset })
      stop = issuer.close
      issuer.settings.accessTokenLifetime = 3600
      issuer.settings.refreshTokenOverlap = 0
      const { id, secret } = addApplication(issuer)
      app = await startApp({ issuer: issuer.url, clientId: id, clientSecret: secret, store })
      addApplication(issuer, app.url)
      const user = issuer.seed.users.find(({ email }) => email === 'owner@example.com')
      const person = createPerson(user?.id ?? '')
      const page = await person.signIn(app)
      await person.browser.submit(page, { email: 'owner@example.com', password: 'trefoil' })
      expect(readAnswer(await person.get(app, '/data'))?.tokenOf).toBe(person.id)
      await expectOneRefresh(person, clock)
      const refreshes = issuer.requests.filter(({ grantType }) => grantType === 'refresh_token')
      expect(refreshes).toHaveLength(1)
    })

    async function expectOneRefresh(person: Person, clock: Pick<Provider, 'shift'>): Promise<void> {
      const late = createPerson(person.id, person.browser.cookies)
      await move(clock)
      const pages = [...(await burst(person, [app], 100)), ...(await burst(late, [app], 10))]
      expect(pages.map(readAnswer)).toEqual(
        pages.map(() => expect.objectContaining({ user: person.id, tokenOf: person.id })),
      )
      if (store === 'memory') return
      // Every answer carries the new session, so it does not matter which one the browser keeps.
      expect(pages.filter(({ headers }) => headers.getSetCookie().length > 0)).toHaveLength(110)
    }

    async function move(clock: Pick<Provider, 'shift'>): Promise<void> {
      clock.shift(hour)
      await app.shift(hour)
    }
  },
)

function addApplication(issuer: Issuer, url = 'http://localhost'): { id: string; secret: string } {
  const model = issuer.seed.applications.find(({ id }) => id === 'express-demo')
  if (!model) throw new Error('The seed has no application express-demo.')
  const credentials = { id: 'soak', secret: 'soak-client-secret-0123456789abcdef' }
  issuer.addApplication({
    ...model,
    ...credentials,
    callbackUrls: [`${url}/auth/callback`],
    logoutUrls: [url],
  })
  return credentials
}
