import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failureOf } from '../test/client.ts'
import { json, paths } from '../test/fake-provider.ts'
import {
  createMachine,
  createSharedCache,
  type Machine,
  type SharedCache,
} from '../test/machine.ts'
import { untilDone, useFastTimers } from '../test/time.ts'
import type { MachineApp, MachineOptions } from './machine-app.ts'

describe('machine tokens', () => {
  let machine: Machine
  beforeEach(async () => {
    // The middle of the jitter; the pauses between attempts follow from the answers.
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    machine = await createMachine()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const get = async (app: MachineApp = machine.app): Promise<string> => app.getAccessToken()
  const pass = (seconds: number): void => {
    machine.time.now += seconds * 1000
  }
  const refuse = (status: number, seconds: number): (() => void) =>
    machine.fake.on(paths.token, () => json({}, status, { 'retry-after': String(seconds) }))
  const lasting = (expires_in: unknown): void => {
    const usual = machine.fake.tokenAnswer
    machine.fake.tokenAnswer = async (form) => ({ ...(await usual(form)), expires_in })
  }

  it('are asked for once by a thousand calls at once', async () => {
    const all = await Promise.all(Array.from({ length: 1000 }, async () => get()))
    expect(new Set(all)).toEqual(new Set(['token-1']))
    expect(machine.tokenRequests()).toBe(1)
    expect(machine.fake.to(paths.discovery)).toHaveLength(1)
  })

  it('MM-02 serve until a minute before their end, then are renewed once while the old one serves', async () => {
    expect(await get()).toBe('token-1')
    pass(3600 - 61)
    expect(await get()).toBe('token-1')
    expect(machine.tokenRequests()).toBe(1)
    pass(1)
    const all = await Promise.all(Array.from({ length: 1000 }, async () => get()))
    expect(new Set(all)).toEqual(new Set(['token-1']))
    await vi.waitFor(async () => expect(await get()).toBe('token-2'))
    expect(machine.tokenRequests()).toBe(2)
  })

  it('MM-02 are renewed at a time of their own each', async () => {
    const renewed = new Set<number>()
    for (const random of [0, 0.25, 0.5, 0.75, 0.999]) {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      const other = await createMachine()
      await other.app.getAccessToken()
      const end = other.time.now + 3_600_000
      other.time.now = end - 71_000
      while (other.tokenRequests() < 2) {
        other.time.now += 1000
        await other.app.getAccessToken()
        await new Promise((resolve) => setImmediate(resolve))
      }
      renewed.add(end - other.time.now)
    }
    expect(renewed.size).toBe(5)
    expect(Math.max(...renewed)).toBeLessThanOrEqual(70_000)
    expect(Math.min(...renewed)).toBeGreaterThanOrEqual(50_000)
  })

  it('MM-03 serve on while their renewal fails, which is tried every five seconds', async () => {
    await get()
    pass(3600 - 60)
    refuse(500, 6)
    expect(await get()).toBe('token-1')
    await vi.waitFor(() => expect(machine.tokenRequests()).toBe(2))
    pass(5)
    expect(await get()).toBe('token-1')
    pass(1)
    expect(await get()).toBe('token-1')
    await vi.waitFor(() => expect(machine.tokenRequests()).toBe(3))
  })

  it('MM-03 are left alone for as long as the server asks', async () => {
    await get()
    pass(3600 - 60)
    refuse(429, 40)
    await get()
    await vi.waitFor(() => expect(machine.tokenRequests()).toBe(2))
    for (let second = 0; second < 39; second++) {
      pass(1)
      expect(await get()).toBe('token-1')
    }
    expect(machine.tokenRequests()).toBe(2)
    pass(1)
    await get()
    await vi.waitFor(() => expect(machine.tokenRequests()).toBe(3))
  })

  it('MM-03 are not handed out once they have expired, and come back with the server', async () => {
    await get()
    pass(3600)
    const undo = refuse(503, 60)
    expect(await failureOf(get())).toMatchObject({ code: 'provider_unavailable' })
    undo()
    expect(await get()).toMatch(/^token-/)
  })

  it('MM-04 share a refusal with all who wait, and keep it for nobody', async () => {
    const undo = machine.fake.on(paths.token, () => json({ error: 'invalid_client' }, 401))
    const codes = await Promise.all(
      Array.from({ length: 1000 }, async () => (await failureOf(get())).code),
    )
    expect(new Set(codes)).toEqual(new Set(['client_rejected']))
    expect(machine.tokenRequests()).toBe(1)
    undo()
    expect(await get()).toBe('token-2')
  })

  it('are one for scopes in any order, and others for other scopes and audiences', async () => {
    const { app } = machine
    const same = ['b a', ['a', 'b'], 'a b a', ['b', 'a', 'a'], 'a  b']
    for (const scope of same) expect(await app.getAccessToken({ scope })).toBe('token-1')
    expect(machine.fake.to(paths.token)[0]?.form.get('scope')).toBe('a b')
    expect(await app.getAccessToken({ scope: 'a' })).toBe('token-2')
    expect(await app.getAccessToken({ scope: 'a,b' })).toBe('token-3')
    expect(await app.getAccessToken({ audience: 'https://b.example', scope: 'a b' })).toBe(
      'token-4',
    )
    expect(await app.getAccessToken()).toBe('token-5')
  })

  it('for another audience ask for none of the default scopes', async () => {
    const app = machine.create({ scope: 'read:a' })
    await app.getAccessToken()
    await app.getAccessToken({ audience: 'https://b.example' })
    await app.getAccessToken({ audience: 'https://api.example' })
    const asked = machine.fake.to(paths.token).map(({ form }) => form.get('scope'))
    expect(asked).toEqual(['read:a', null])
  })

  it.each([
    ['missing', undefined, 3599],
    ['an object', {}, 3599],
    ['negative', -1, 3599],
    ['1e18', 1e18, 31_535_999],
  ])('MM-07 with expires_in %s live %i s and not a second longer', async (_name, value, life) => {
    lasting(value)
    await get()
    pass(life)
    expect(await get()).toBe('token-1')
    await vi.waitFor(() => expect(machine.tokenRequests()).toBe(2))
    const other = machine.create()
    const first = await get(other)
    pass(life + 1)
    expect(await get(other)).not.toBe(first)
  })

  it('MM-07 with expires_in 1 serve for that second', async () => {
    lasting(1)
    expect([await get(), await get()]).toEqual(['token-1', 'token-1'])
    pass(1)
    expect(await get()).toBe('token-2')
    expect(machine.tokenRequests()).toBe(2)
  })

  it('MM-07 count their life from before the request, not from its answer', async () => {
    machine.fake.on(paths.token, () => {
      pass(10)
      return undefined
    })
    await get()
    pass(3590)
    expect(await get()).toBe('token-2')
  })

  describe('in a cache that processes share', () => {
    let cache: SharedCache
    beforeEach(() => {
      cache = createSharedCache()
    })
    const create = (options: MachineOptions = {}): MachineApp =>
      machine.create({ cache, ...options })

    it('are asked for by one of them', async () => {
      expect([await get(create()), await get(create())]).toEqual(['token-1', 'token-1'])
      expect(machine.tokenRequests()).toBe(1)
      expect(cache.times).toEqual([3600])
    })

    it('are sealed, under a key that tells nothing', async () => {
      await get(create())
      const [key = ''] = cache.values.keys()
      const [value = ''] = cache.values.values()
      expect(`${key} ${value}`).not.toMatch(/token-1|machine-1|api\.example|tenant/)
      expect(key).toMatch(/^trefoil:machine:/)
    })

    it.each<[string, MachineOptions]>([
      ['client', { clientId: 'machine-2' }],
      ['secret', { clientSecret: 'machine-secret-2' }],
      ['audience', { audience: 'https://b.example' }],
      ['scope', { scope: 'read:b' }],
      ['way of proving who they are', { clientAuthentication: 'basic' }],
    ])('MM-05 are never those of another %s', async (_name, other) => {
      expect(await get(create())).toBe('token-1')
      expect(await get(create(other))).toBe('token-2')
    })

    it('MM-05 are never those of another issuer', async () => {
      const other = await createMachine()
      const issuer = 'https://other.kinde.test'
      other.fake.metadata['issuer'] = issuer
      expect(await get(create())).toBe('token-1')
      const foreign = machine.create({ cache, issuer, fetch: renamed(other, issuer) })
      other.fake.tokenAnswer = async () => ({ access_token: 'foreign', token_type: 'bearer' })
      expect(await get(foreign)).toBe('foreign')
      expect(await get(create())).toBe('token-1')
    })

    it('MM-05 cannot be swapped by whoever writes to it', async () => {
      await get(create())
      await get(create({ audience: 'https://b.example' }))
      const [one = '', two = ''] = cache.values.keys()
      const [first = '', second = ''] = cache.values.values()
      cache.values.set(one, second)
      cache.values.set(two, first)
      expect(await get(create())).toBe('token-3')
      for (const spoiled of ['', 'x', first.slice(0, -2), `${first}x`]) {
        cache.values.set(one, spoiled)
        expect(await get(create())).toMatch(/^token-\d+$/)
      }
      expect(machine.tokenRequests()).toBe(7)
    })

    it('are not taken from it once they have expired', async () => {
      await get(create())
      pass(3600)
      expect(await get(create())).toBe('token-2')
    })

    it('are renewed by one process, and found by the other', async () => {
      const [one, two] = [create(), create()]
      await get(one)
      await get(two)
      pass(3600 - 60)
      await get(one)
      await vi.waitFor(async () => expect(await get(one)).toBe('token-2'))
      await get(two)
      await vi.waitFor(async () => expect(await get(two)).toBe('token-2'))
      expect(machine.tokenRequests()).toBe(2)
    })

    it.each(['get', 'set'] as const)('are requested when its %s fails', async (name) => {
      cache[name] = async () => {
        throw new Error('the cache is down')
      }
      expect(await get(create())).toBe('token-1')
    })

    describe('that does not answer in half a second', () => {
      useFastTimers()

      it('are requested', async () => {
        cache.get = async () => new Promise(() => undefined)
        cache.set = async () => new Promise(() => undefined)
        expect(await untilDone(get(create()))).toBe('token-1')
      })
    })

    it.each([1, null, {}, { accessToken: 'x' }])(
      'are requested when it holds %j',
      async (value) => {
        cache.get = async () => JSON.parse(JSON.stringify(value))
        expect(await get(create())).toBe('token-1')
      },
    )
  })
})

/** The provider of a machine under another issuer's name. */
function renamed({ fake }: Machine, issuer: string): typeof fetch {
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
    fake.metadata[name] = String(fake.metadata[name]).replace(fake.issuer, issuer)
  }
  return fake.fetch
}
