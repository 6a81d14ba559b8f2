import { beforeEach, describe, expect, it } from 'vitest'
import { createConfig, secrets } from '../test/settings.ts'
import type { BackendOptions } from './backend-options.ts'
import { type Cookies, sentBytes } from './cookies.ts'
import { randomText } from './internal/encoding.ts'
import {
  createLoginTransactions,
  type LoginTransaction,
  type LoginTransactions,
  toTransaction,
} from './login-transaction.ts'
import type { SetCookie } from './outcome.ts'
import { createSeal } from './seal.ts'

const prefix = '__Host-trefoil.transaction.'
const none: Cookies = new Map()

describe('login transactions', () => {
  let now: number
  let transactions: LoginTransactions
  const open = (changes: BackendOptions = {}): LoginTransactions =>
    createLoginTransactions(createConfig({ clock: () => now, ...changes }))
  const begin = (changes: Partial<LoginTransaction> = {}): LoginTransaction => ({
    state: randomText(),
    nonce: randomText(),
    codeVerifier: randomText(),
    redirectUri: 'https://app.example/auth/callback',
    returnTo: '/reports?page=2#top',
    intent: 'login',
    createdAt: now / 1000,
    ...changes,
  })
  beforeEach(() => {
    now = Date.UTC(2026, 10, 25)
    transactions = open()
  })

  it('are found again by their state, with all that was kept', async () => {
    const transaction = begin({ intent: 'switch-organization', organization: 'org_1' })
    const jar = store(await transactions.keep(transaction, none))
    expect(await transactions.find(transaction.state, jar)).toEqual(transaction)
  })

  it('ID-16 ID-17 ID-36 keep what the answer will be held to, and nothing when there is nothing', async () => {
    const held = { organization: 'org_1', maxAge: 0, acrValues: 'hardware mfa' }
    for (const transaction of [begin(held), begin()]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      const jar = store(await transactions.keep(transaction, none))
      // oxlint-disable-next-line no-await-in-loop -- the same
      expect(await transactions.find(transaction.state, jar)).toStrictEqual(transaction)
    }
  })

  it.each<[object, object]>([
    [{ maxAge: '300' }, {}],
    [{ maxAge: null }, {}],
    [{ acrValues: ['mfa'] }, {}],
    [{ acrValues: '' }, {}],
    [{ organization: 7 }, {}],
    [{ organization: '' }, {}],
    [{ isAdmin: true }, {}],
    [{ intent: 'register' }, { intent: 'register' }],
    [{ intent: 'create-organization' }, { intent: 'create-organization' }],
  ])('are made of %j with %j', (changes, kept) => {
    const transaction = begin()
    expect(toTransaction({ ...transaction, ...changes })).toStrictEqual({ ...transaction, ...kept })
  })

  it('AR-14 AR-15 are in a sealed cookie that is hidden from scripts and tells nothing', async () => {
    const transaction = begin()
    for (const sameSite of ['lax', 'strict'] as const) {
      const [cookie] = await open({ session: { sameSite } }).keep(transaction, none)
      expect(cookie).toMatchObject({
        name: `${prefix}${transaction.state}`,
        maxAge: 600,
        path: '/',
        secure: true,
        httpOnly: true,
        // Strict would be lost on the way back from the provider.
        sameSite: 'lax',
      })
      expect(cookie?.value).not.toContain(transaction.nonce)
      expect(
        atob((cookie?.value ?? '').split('.')[3]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
      ).not.toContain('reports')
    }
  })

  it('AR-11 are over after ten minutes', async () => {
    const transaction = begin()
    const jar = store(await transactions.keep(transaction, none))
    now += 599_000
    expect(await transactions.find(transaction.state, jar)).toBeDefined()
    now += 1000
    expect(await transactions.find(transaction.state, jar)).toBeUndefined()
  })

  it.each<[string, BackendOptions]>([
    ['another issuer', { issuer: 'https://other.kinde.test' }],
    ['another client', { clientId: 'client-2' }],
    ['another application', { name: 'other' }],
    ['another secret', { secret: secrets[1] }],
  ])('AR-12 SE-07 of %s are refused', async (_name, changes) => {
    const transaction = begin()
    const [cookie] = await open(changes).keep(transaction, none)
    const jar = new Map([[prefix + transaction.state, cookie?.value ?? '']])
    expect(await transactions.find(transaction.state, jar)).toBeUndefined()
  })

  it('SE-10 are found by an older secret too', async () => {
    const transaction = begin()
    const jar = store(await transactions.keep(transaction, none))
    const rotated = open({ secret: [secrets[1], secrets[0]] })
    expect(await rotated.find(transaction.state, jar)).toEqual(transaction)
  })

  it('CB-01 CB-03 are not found by the state of another, nor by none', async () => {
    const [one, other] = [begin(), begin()]
    const jar = store(await transactions.keep(one, none))
    store(await transactions.keep(other, jar), jar)
    const value = jar.get(prefix + one.state) ?? ''
    const swapped = new Map([...jar, [prefix + other.state, value], [prefix, value]])
    expect(await transactions.find(other.state, swapped)).toBeUndefined()
    expect(await transactions.find('', swapped)).toBeUndefined()
    expect(await transactions.find(`${one.state}x`, swapped)).toBeUndefined()
    expect(await transactions.find(one.state, swapped)).toEqual(one)
  })

  it.each(['', 'x', '...', 'a.b.c.d.e', '__proto__'])(
    'are not made of the cookie %j',
    async (value) => {
      const { state } = begin()
      expect(await transactions.find(state, new Map([[prefix + state, value]]))).toBeUndefined()
    },
  )

  it('are used once: the cookie of a state is cleared as it was set, and no other', async () => {
    const strict = open({ session: { sameSite: 'strict' } })
    const transaction = begin()
    const [cookie] = await strict.keep(transaction, none)
    const jar = store(await strict.keep(begin(), none), store(cookie ? [cookie] : []))
    expect(strict.forget(transaction.state, jar)).toEqual([{ ...cookie, value: '', maxAge: 0 }])
    expect(strict.forget(transaction.state, none)).toEqual([])
    expect(strict.forget('a b', new Map([[`${prefix}a b`, 'x']]))).toEqual([])
  })

  it('AR-09 are the newest five of forty, also when all began in one second', async () => {
    for (const step of [1000, 0]) {
      const jar = new Map<string, string>()
      const begun: LoginTransaction[] = []
      for (let count = 0; count < 40; count++) {
        const transaction = begin()
        begun.push(transaction)
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
        store(await transactions.keep(transaction, jar), jar)
        now += step
      }
      expect([...jar.keys()]).toEqual(begun.slice(-5).map(({ state }) => prefix + state))
      expect(headerOf(jar).length).toBeLessThan(8192)
    }
  })

  it('AR-09 are fewer when their return paths are long, and always the newest', async () => {
    const jar = new Map<string, string>()
    const begun: LoginTransaction[] = []
    for (let count = 0; count < 5; count++) {
      const transaction = begin({ returnTo: `/${'a'.repeat(2047)}` })
      begun.push(transaction)
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      const cookies = await transactions.keep(transaction, jar)
      for (const cookie of cookies) expect(sentBytes(cookie)).toBeLessThan(4096)
      store(cookies, jar)
      expect(headerOf(jar).length).toBeLessThan(6000)
    }
    expect([...jar.keys()]).toEqual(begun.slice(-1).map(({ state }) => prefix + state))
  })

  it('refuse what no cookie can hold, for a browser would drop it silently', async () => {
    const transaction = begin({ acrValues: 'a'.repeat(3000) })
    await expect(transactions.keep(transaction, none)).rejects.toMatchObject({
      code: 'request_invalid',
      message: expect.stringContaining('too long'),
    })
  })

  it('AR-09 take what a large session leaves, and rather lose a return path than the attempt', async () => {
    const session = new Map([
      ['__Host-trefoil.session', 's'.repeat(4000)],
      ['__Host-trefoil.session.1', 's'.repeat(2600)],
    ])
    const jar = new Map(session)
    const [first, second] = [begin(), begin({ returnTo: `/${'b'.repeat(1000)}` })]
    for (const transaction of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      store(await transactions.keep(transaction, jar), jar)
    }
    const sent = [...jar].reduce((sum, [name, value]) => sum + sentBytes({ name, value }), 0)
    expect(sent).toBeLessThanOrEqual(8192)
    expect(await transactions.find(first.state, jar)).toEqual({
      ...first,
      returnTo: '/reports?page=2#top',
    })
    expect(await transactions.find(second.state, jar)).toEqual({ ...second, returnTo: '/' })
    const free = await transactions.keep(second, none)
    expect(await transactions.find(second.state, store(free))).toEqual(second)
  })

  it('drop what is over and what is not theirs, and leave other names alone', async () => {
    const over = begin()
    const jar = store(await transactions.keep(over, none))
    now += 601_000
    jar.set(`${prefix}planted`, 'x').set(`${prefix}a b`, 'x').set(prefix, 'x')
    jar.set('o'.repeat(80), 'x')
    const cookies = await transactions.keep(begin(), jar)
    expect(
      cookies
        .slice(1)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([prefix + over.state, `${prefix}planted`].sort())
  })

  it('AR-09 are the newest by the time of their beginning, however a browser sorts its cookies', async () => {
    const begun: LoginTransaction[] = []
    const cookies: [string, string][] = []
    for (let count = 0; count < 5; count++) {
      const transaction = begin()
      begun.push(transaction)
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      for (const { name, value } of await transactions.keep(transaction, none))
        cookies.push([name, value])
      now += 1000
    }
    const [, ...dropped] = await transactions.keep(begin(), new Map(cookies.toReversed()))
    expect(dropped.map(({ name }) => name)).toEqual([`${prefix}${begun[0]?.state}`])
  })

  it('SE-15 are looked at twenty in number, so planted cookies cost little', async () => {
    const early = begin()
    const jar = store(await transactions.keep(early, none))
    for (let index = 0; index < 19; index++) jar.set(`${prefix}${index}`, 'x')
    const dropped = async (): Promise<string[]> =>
      (await transactions.keep(begin(), jar)).slice(1).map(({ name }) => name)
    expect(await dropped()).not.toContain(prefix + early.state)
    jar.set(`${prefix}19`, 'x')
    expect(await dropped()).toContain(prefix + early.state)
  })

  it.each(['nonce', 'codeVerifier', 'redirectUri', 'returnTo', 'intent', 'createdAt'])(
    'are none without %s, as another version might have sealed them',
    async (member) => {
      const { issuer, clientId, secrets: all, clock } = createConfig({ clock: () => now })
      const context = ['transaction', prefix, issuer, clientId]
      const seal = createSeal({ secrets: all, context, clock })
      const transaction = begin()
      const jarWith = async (data: unknown): Promise<Cookies> =>
        new Map([[prefix + transaction.state, await seal.close(data, now / 1000 + 60)]])
      expect(await transactions.find(transaction.state, await jarWith(transaction))).toBeDefined()
      for (const value of [undefined, '', null, {}]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
        const jar = await jarWith({ ...transaction, [member]: value })
        // oxlint-disable-next-line no-await-in-loop -- the same
        expect(await transactions.find(transaction.state, jar)).toBeUndefined()
      }
    },
  )

  it('SE-15 are kept among hundreds of planted cookies', async () => {
    const planted = Array.from({ length: 500 }, (_, index) => [`${prefix}${index}`, 'x'] as const)
    const jar = new Map(planted)
    const begun = [begin(), begin(), begin()]
    for (const transaction of begun) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the case
      store(await transactions.keep(transaction, jar), jar)
    }
    expect([...jar.keys()]).toEqual(begun.map(({ state }) => prefix + state))
  })
})

function store(
  cookies: readonly SetCookie[],
  jar = new Map<string, string>(),
): Map<string, string> {
  for (const { name, value, maxAge } of cookies) {
    if (maxAge === 0) jar.delete(name)
    else jar.set(name, value)
  }
  return jar
}

function headerOf(jar: Cookies): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}
