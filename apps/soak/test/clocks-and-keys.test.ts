import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/app.ts'
import { runKeys } from '../src/keys-run.ts'
import { createPerson, readAnswer } from '../src/person.ts'
import { type Provider, startProvider } from '../src/provider.ts'
import { signInPeople } from '../src/site.ts'

const second = 1000
const hour = 3600 * second

describe('clocks and keys', () => {
  let provider: Provider
  let app: App
  beforeAll(async () => {
    provider = await startProvider()
    // As Kinde does (KINDE-PROTOCOL section 10).
    provider.grants.overlap = 30
    app = await startApp({ issuer: provider.issuer, clientId: provider.clientId })
  })
  afterAll(async () => {
    await app.close()
    await provider.stop()
  })

  it('LD-08 refuses no good token while keys rotate every ten seconds', async () => {
    const { requests, refused, fetches } = await runKeys(app, provider, {
      rotations: 5,
      parallel: 40,
    })
    expect([requests, refused]).toEqual([200, 0])
    // One at the start, and one for each new key.
    expect(fetches).toBeLessThanOrEqual(6)
  })

  it.each([120, -120])('LD-09 a clock that jumps by %i s signs nobody out', async (jump) => {
    const people = await signInPeople([app], 10)
    await app.shift(hour - 100 * second)
    provider.shift(hour - 100 * second)
    await app.shift(jump * second)
    for (const person of people) {
      // oxlint-disable-next-line no-await-in-loop
      expect(readAnswer(await person.get(app))?.user).toBe(person.id)
    }
    await app.shift(-jump * second)
    await app.shift(3 * second)
    for (const person of people) {
      // oxlint-disable-next-line no-await-in-loop
      expect(readAnswer(await person.get(app, '/data'))?.tokenOf).toBe(person.id)
    }
  })

  it.each([
    { lag: 20, status: 200 },
    { lag: 120, status: 401 },
  ])('LD-09 a token that ended $lag s ago is answered with $status', async ({ lag, status }) => {
    provider.accessTokenLifetime = 60
    const authorization = `Bearer ${await provider.accessToken('kp_1')}`
    provider.accessTokenLifetime = 3600
    const jump = (60 + lag) * second
    await app.shift(jump)
    const page = await createPerson('kp_1').browser.fetch(`${app.url}/api`, {
      headers: { authorization },
    })
    expect(page.status).toBe(status)
    await app.shift(-jump)
  })
})
