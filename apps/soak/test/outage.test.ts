import { afterEach, describe, expect, it } from 'vitest'
import { type App, startApp } from '../src/app.ts'
import { createPerson, type Person, readAnswer } from '../src/person.ts'
import { type Provider, startProvider } from '../src/provider.ts'
import { signInPeople } from '../src/site.ts'

const minute = 60_000
const hour = 60 * minute

describe('while the provider is in trouble', () => {
  let provider: Provider
  let app: App
  afterEach(async () => {
    provider.intercept = undefined
    await app.close()
    await provider.stop()
  })

  async function start(timeout = 5000): Promise<void> {
    provider = await startProvider()
    const { issuer, clientId } = provider
    app = await startApp({ issuer, clientId, timeout })
  }

  async function shift(milliseconds: number): Promise<void> {
    provider.shift(milliseconds)
    await app.shift(milliseconds)
  }

  /** What everybody is answered: all of it good, or not. */
  async function readAll(people: readonly Person[], path = '/data'): Promise<boolean> {
    const pages = await Promise.all(people.map((person) => person.get(app, path)))
    return pages.every((page, index) => readAnswer(page)?.user === people[index]?.id)
  }

  /** Three people whose tokens are over ask for new ones in vain. */
  async function openBreaker(): Promise<Person[]> {
    provider.accessTokenLifetime = 60
    const hasty = await signInPeople([app], 3)
    provider.accessTokenLifetime = 3600
    return hasty
  }

  const login = (): ReturnType<Person['get']> =>
    createPerson('kp_9').browser.send(`${app.url}/auth/login?login_hint=kp_9`)

  it('LD-03 for a minute, pages are served, a sign-in says so, and all recovers by itself', async () => {
    await start()
    const people = await signInPeople([app], 20)
    const hasty = await openBreaker()
    await shift(2 * minute)
    await provider.stop()
    // Their tokens could not be renewed, yet they are signed in.
    expect(await readAll(hasty, '/page')).toBe(true)

    const before = provider.hits('/oauth2/auth')
    for (let second = 0; second < 60; second += 4) {
      expect(await readAll(people)).toBe(true)
      expect(await readAll(hasty, '/page')).toBe(true)
      const answers = await Promise.all(Array.from({ length: 10 }, login))
      expect(
        new Set(answers.map(({ status, headers }) => `${status} ${headers.get('retry-after')}`)),
      ).toEqual(new Set(['503 5']))
      await shift(4000)
    }
    expect(provider.hits('/oauth2/auth')).toBe(before)

    await provider.start()
    await shift(5000)
    expect((await createPerson('kp_9').signIn(app)).status).toBe(200)
    await shift(2000)
    expect(await readAll(hasty)).toBe(true)
    expect(provider.grants.counts.reuses).toBe(0)
    expect((await app.measure()).unhandled).toEqual([])
  })

  it('LD-03 from a cold start, a sign-in says so at once and works when it is over', async () => {
    await start()
    await provider.stop()
    expect((await login()).status).toBe(503)
    const hits = await Promise.all(Array.from({ length: 20 }, login))
    expect(new Set(hits.map(({ status }) => status))).toEqual(new Set([503]))
    await provider.start()
    await shift(5000)
    expect((await createPerson('kp_9').signIn(app)).status).toBe(200)
  })

  it('LD-03 that hangs, nobody waits once three requests ran into the time limit', async () => {
    await start(500)
    const people = await signInPeople([app], 5)
    const hasty = await openBreaker()
    await shift(2 * minute)
    const gate = Promise.withResolvers<undefined>()
    provider.intercept = () => gate.promise
    expect(await readAll(hasty, '/page')).toBe(true)
    expect(await readAll([...people, ...hasty], '/page')).toBe(true)
    expect((await login()).status).toBe(503)
    gate.resolve(undefined)
    provider.intercept = undefined
    await shift(5000)
    expect((await login()).status).toBe(302)
  })

  it('RF-07 whose keys cannot be had, a cold process spends no refresh token', async () => {
    await start()
    const [person] = await signInPeople([app], 1)
    if (!person) throw new Error('Nobody is there.')
    await app.close()
    const { issuer, clientId } = provider
    app = await startApp({ issuer, clientId })
    await app.shift(hour)
    provider.shift(hour)
    provider.intercept = ({ path }) => (path === '/.well-known/jwks' ? 503 : undefined)
    expect(readAnswer(await person.get(app))?.user).toBe(person.id)
    expect(provider.grants.counts.refreshes).toBe(0)
    provider.intercept = undefined
    await shift(5000)
    expect(readAnswer(await person.get(app, '/data'))?.tokenOf).toBe(person.id)
    expect(provider.grants.counts).toMatchObject({ refreshes: 1, reuses: 0 })
  })

  it('LD-04 that is slow, others are served meanwhile, and no more than 256 requests wait for it', async () => {
    await start()
    provider.accessTokenLifetime = 60
    const slow = await signInPeople([app], 300)
    provider.accessTokenLifetime = 3600
    const others = await signInPeople([app], 10)
    await shift(2 * minute)
    let waiting = 0
    let most = 0
    const full = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<undefined>()
    provider.intercept = async ({ isRefresh }) => {
      if (!isRefresh) return undefined
      waiting += 1
      most = Math.max(most, waiting)
      if (waiting === 256) full.resolve()
      await gate.promise
      waiting -= 1
      return undefined
    }
    const pending = Promise.all(slow.map((person) => person.get(app)))
    await full.promise
    // 300 who wait take nothing from those who do not.
    const free = await Promise.all(
      others.map((person) => createPerson(person.id, person.browser.cookies).get(app, '/data')),
    )
    expect(free.map((page) => readAnswer(page)?.user)).toEqual(others.map(({ id }) => id))
    gate.resolve(undefined)
    const pages = await pending
    expect(pages.map((page) => readAnswer(page)?.user)).toEqual(slow.map(({ id }) => id))
    expect(most).toBe(256)
    expect(provider.grants.counts.reuses).toBe(0)
  })
})
