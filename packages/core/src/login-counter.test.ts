import { beforeEach, describe, expect, it } from 'vitest'
import { createConfig } from '../test/settings.ts'
import type { BackendOptions } from './backend-options.ts'
import { createLoginCounter, type LoginCounter } from './login-counter.ts'
import { createSeal } from './seal.ts'

const name = '__Host-trefoil.logins'

describe('a counter of logins', () => {
  let now: number
  let jar: Map<string, string>
  let counter: LoginCounter
  const open = (changes: BackendOptions = {}): LoginCounter =>
    createLoginCounter(createConfig({ clock: () => now, ...changes }))
  const count = async (times: number): Promise<void> => {
    for (let round = 0; round < times; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      for (const cookie of await counter.count(jar)) jar.set(cookie.name, cookie.value)
    }
  }
  beforeEach(() => {
    now = Date.UTC(2026, 10, 25)
    jar = new Map()
    counter = open()
  })

  it('breaks the loop of a site that loses its session: the eleventh login of a minute is refused', async () => {
    await count(9)
    await counter.assertNoLoop(jar)
    await count(1)
    await expect(counter.assertNoLoop(jar)).rejects.toMatchObject({
      code: 'login_loop',
      status: 429,
      headers: { 'retry-after': '60' },
    })
  })

  it('forgets a login after a minute', async () => {
    await count(5)
    now += 30_000
    await count(5)
    await expect(counter.assertNoLoop(jar)).rejects.toThrow()
    now += 30_000
    await counter.assertNoLoop(jar)
    await count(5)
    await expect(counter.assertNoLoop(jar)).rejects.toThrow()
  })

  it('stays small, however often somebody signs in', async () => {
    await count(10)
    const size = jar.get(name)?.length
    await count(10)
    expect(jar.get(name)?.length).toBe(size)
    expect(jar.size).toBe(1)
  })

  it('is in a sealed cookie of a minute', async () => {
    expect(await counter.count(jar)).toEqual([
      expect.objectContaining({ name, maxAge: 60, secure: true, httpOnly: true, sameSite: 'lax' }),
    ])
  })

  it('starts from nothing after a sign-out', async () => {
    await count(1)
    expect(counter.clear(jar)).toEqual([expect.objectContaining({ name, value: '', maxAge: 0 })])
    expect(counter.clear(new Map())).toEqual([])
  })

  it.each(['', 'x', '1~a', '..', 'a.b.c.d.e'])(
    'lets in whose cookie is damaged: %j',
    async (value) => {
      jar.set(name, value)
      await counter.assertNoLoop(jar)
      await count(1)
      await counter.assertNoLoop(jar)
    },
  )

  it('SE-07 counts times that it sealed itself, and nothing else in their place', async () => {
    const { secrets, issuer, clientId, clock } = createConfig({ clock: () => now })
    const seal = createSeal({ secrets, context: ['logins', name, issuer, clientId], clock })
    const jarOf = async (data: unknown): Promise<Map<string, string>> =>
      new Map([[name, await seal.close(data, now / 1000 + 60)]])
    await expect(
      counter.assertNoLoop(await jarOf({ times: Array(10).fill(now / 1000) })),
    ).rejects.toThrow()
    for (const data of [{ times: Array(10).fill('9999999999') }, { times: 'x' }, {}, null]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      await counter.assertNoLoop(await jarOf(data))
    }
  })

  it('SE-07 does not count for another client', async () => {
    await count(10)
    await open({ clientId: 'client-2' }).assertNoLoop(jar)
    await expect(open().assertNoLoop(jar)).rejects.toThrow()
  })
})
