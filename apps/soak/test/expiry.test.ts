import { afterEach, describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/app.ts'
import { burst, createPerson, readAnswer } from '../src/person.ts'
import { type Provider, startProvider } from '../src/provider.ts'

const hour = 3_600_000

describe.each(['cookie', 'memory'] as const)(
  'a session in %s at the end of its access token',
  (store) => {
    let provider: Provider
    let app: App
    afterEach(async () => {
      await app.close()
      await provider.stop()
    })

    it('RF-01 answers 100 requests at once and 10 late ones after one refresh', async () => {
      provider = await startProvider()
      app = await startApp({ issuer: provider.issuer, clientId: provider.clientId, store })
      const person = createPerson('kp_1')
      expect((await person.signIn(app)).status).toBe(200)
      await app.shift(hour)
      provider.shift(hour)
      const late = createPerson('kp_1', person.browser.cookies)
      const pages = await burst(person, [app], 100)
      pages.push(...(await burst(late, [app], 10)))
      expect(pages.map(readAnswer)).toEqual(
        pages.map(() => expect.objectContaining({ user: 'kp_1', tokenOf: 'kp_1' })),
      )
      expect(provider.grants.counts).toMatchObject({ refreshes: 1, reuses: 0 })
      if (store === 'cookie') {
        // Every answer carries the new session, so it does not matter which one the browser keeps.
        expect(pages.filter(({ headers }) => headers.getSetCookie().length > 0)).toHaveLength(110)
      }
      await person.get(app)
      await app.shift(hour)
      provider.shift(hour)
      expect(readAnswer(await person.get(app, '/data'))?.user).toBe('kp_1')
      expect(provider.grants.counts).toMatchObject({ refreshes: 2, reuses: 0 })
    })
  },
)
