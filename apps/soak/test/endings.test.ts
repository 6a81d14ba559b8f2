import { Agent, request as send } from 'node:http'
import { beforeEach, describe, expect, it } from 'vitest'
import type { App } from '../src/app.ts'
import { streamBody } from '../src/bodies-run.ts'
import { createPerson, type Person, readAnswer } from '../src/person.ts'
import { holdRefreshes } from '../src/provider.ts'
import { pick, signInPeople, startSite } from '../src/site.ts'
import { useRedis } from './use-redis.ts'
import { useSite } from './use-site.ts'

const hour = 3_600_000
const bystander = 1

/** Sends a logout token as the provider would. */
async function logOut(app: App, token: string): Promise<Response> {
  return fetch(`${app.url}/auth/backchannel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  })
}

describe.each([
  { kept: 'in Redis', settings: { store: 'redis' } },
  { kept: 'in cookies with a deny list', settings: { store: 'cookie', denyList: 'redis' } },
] as const)('sessions $kept', ({ settings }) => {
  const redis = useRedis()
  const site = useSite(async (context) =>
    startSite(2, { ...settings, redisUrl: redis.url(context) }),
  )
  let people: Person[]
  beforeEach(async () => {
    people = await signInPeople(site().apps, 3)
    // Every process has seen everybody, and believes for a moment what it has read.
    await Promise.all(people.flatMap((person) => site().apps.map((app) => person.get(app))))
  })

  /** Half a second later, by the clock of the apps, nobody believes what was read before. */
  async function expectGone(person: Person): Promise<void> {
    await site().shift(500)
    expect(await askEverywhere(person)).toEqual([401, 401])
  }

  async function askEverywhere(person: Person): Promise<number[]> {
    const asking = site().apps.map(async (app) =>
      createPerson(person.id, person.browser.cookies).get(app),
    )
    return (await Promise.all(asking)).map(({ status }) => status)
  }

  it('LO-10 a logout token of a user ends the session in every process within a second', async () => {
    const person = pick(people, 0)
    const answer = await logOut(
      pick(site().apps, 0),
      await site().provider.logoutToken({ sub: person.id }),
    )
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([
      200,
      expect.stringContaining('no-store'),
    ])
    await expectGone(person)
    expect(await askEverywhere(pick(people, bystander))).toEqual([200, 200])
  })

  it('SE-29 endSessions ends them in every process within a second, and signing in again works', async () => {
    const person = pick(people, 0)
    await pick(site().apps, 0).endSessions(person.id)
    await expectGone(person)
    await person.signIn(pick(site().apps, 1))
    expect(readAnswer(await person.get(pick(site().apps, 0)))?.user).toBe(person.id)
  })

  it('LO-03 a copy of the cookie is dead after a sign-out, in every process within a second', async () => {
    const person = pick(people, 0)
    const copy = createPerson(person.id, person.browser.cookies)
    await person.signOut(pick(site().apps, 0))
    await expectGone(copy)
  })

  it('LO-18 a logout token that comes while a renewal is under way ends the session', async () => {
    const person = pick(people, 0)
    await site().shift(hour)
    const held = holdRefreshes(site().provider)
    const renewing = person.get(pick(site().apps, 0), '/data')
    await held.came
    await logOut(pick(site().apps, 1), await site().provider.logoutToken({ sub: person.id }))
    held.release()
    await renewing
    await expectGone(person)
  })

  it('LO-18 a logout token that comes while a sign-in is under way ends the session', async () => {
    const person = createPerson('kp_9')
    const app = pick(site().apps, 0)
    const gate = Promise.withResolvers<undefined>()
    const came = Promise.withResolvers<void>()
    site().provider.intercept = async ({ path }) => {
      if (path !== '/oauth2/token') return undefined
      came.resolve()
      return gate.promise
    }
    const signingIn = person.signIn(app, '/public')
    await came.promise
    await logOut(pick(site().apps, 1), await site().provider.logoutToken({ sub: person.id }))
    gate.resolve(undefined)
    site().provider.intercept = undefined
    await signingIn
    await expectGone(person)
    // Who then signs in anew is in, in the same second too.
    await person.signIn(app)
    expect(readAnswer(await person.get(app))?.user).toBe(person.id)
  })

  it('LO-15 only a form of moderate size is read', async () => {
    const url = `${pick(site().apps, 0).url}/auth/backchannel-logout`
    const token = await site().provider.logoutToken({ sub: 'kp_1' })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const statuses = await Promise.all(
      [
        { method: 'GET' },
        {
          method: 'POST',
          body: JSON.stringify({ logout_token: token }),
          headers: { 'content-type': 'application/json' },
        },
        { method: 'POST', body: `logout_token=${'a'.repeat(1_000_000)}`, headers: form },
        { method: 'POST', body: streamBody(100_000), headers: form, duplex: 'half' as const },
        { method: 'POST', headers: form },
        { method: 'POST', body: `logout_token=${token}&logout_token=${token}`, headers: form },
        {
          method: 'POST',
          body: `logout_token=${token}`,
          headers: { 'content-type': 'text/plain' },
        },
      ].map(async (request) =>
        fetch(url, request).then(
          ({ status }) => status,
          // The server closes as soon as it has refused; the rest of a long body then finds nobody.
          (error: unknown) => (isClosed(error) ? 413 : Promise.reject(error)),
        ),
      ),
    )
    expect(statuses).toEqual([405, 415, 413, 413, 400, 400, 415])
    expect(readAnswer(await pick(people, 0).get(pick(site().apps, 1)))?.user).toBe('kp_1')
  })

  it('LO-15 a body that is refused half way holds up nobody on the same connection', async () => {
    const url = `${pick(site().apps, 0).url}/auth/backchannel-logout`
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = async (method: string, body = ''): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const request = send(url, { method, agent, headers }, (response) => {
          response.resume()
          response.on('end', () => resolve(response.statusCode))
        })
        request.on('error', reject)
        // Without a length, so that the server has to read in order to know.
        if (body !== '') request.write(body)
        request.end()
      })
    expect([await ask('POST', 'a'.repeat(100_000)), await ask('GET')]).toEqual([413, 405])
    agent.destroy()
  })

  it('LO-16 a flood of bad tokens with made-up keys fetches the key set twice at most', async () => {
    const app = pick(site().apps, 0)
    const before = site().provider.hits('/.well-known/jwks')
    const [, payload, signature] = (await site().provider.logoutToken({ sub: 'kp_1' })).split('.')
    const answers = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const header = { alg: 'RS256', typ: 'logout+jwt', kid: `made-up-${index}` }
        const first = Buffer.from(JSON.stringify(header)).toString('base64url')
        return (await logOut(app, `${first}.${payload}.${signature}`)).status
      }),
    )
    expect(new Set(answers)).toEqual(new Set([400]))
    // One more when this process had not fetched it at all.
    expect(site().provider.hits('/.well-known/jwks') - before).toBeLessThanOrEqual(3)
    expect(readAnswer(await pick(people, 0).get(app))?.user).toBe('kp_1')
  })
})

function isClosed(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'EPIPE' || code === 'ECONNRESET'
}
