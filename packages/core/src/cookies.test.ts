import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clearChunks,
  clearCookie,
  cookieName,
  type Cookies,
  type CookieSettings,
  makeCookie,
  parseCookies,
  readChunks,
  sentBytes,
  updateCookieHeader,
  writeChunks,
} from './cookies.ts'
import type { SetCookie } from './outcome.ts'

const settings: CookieSettings = { name: 'trefoil', secure: true, sameSite: 'lax' }
const name = '__Host-trefoil.session'
const none: Cookies = new Map()

describe('a Cookie header', () => {
  it.each<[string | undefined, [string, string][]]>([
    [undefined, []],
    ['', []],
    ['a=1', [['a', '1']]],
    [
      'a=1; b=2;c=3 ;\td=4\t',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['d', '4'],
      ],
    ],
    ['a=b=c==', [['a', 'b=c==']]],
    ['a=', [['a', '']]],
    ['a', []],
    ['=a; =; ;;a', []],
    [
      'a=1; a=2; A=3',
      [
        ['a', '1'],
        ['A', '3'],
      ],
    ],
  ])('of %j holds %j', (header, cookies) => {
    expect([...parseCookies(header)]).toEqual(cookies)
  })

  it('SE-15 CB-22 keeps quotes and percent signs as they are, and throws at none', () => {
    const header = 'a="x y"; b=%E0%A4%A; c=%; d=%00; e=\u0000; f=é€\ud800; g="'
    expect(Object.fromEntries(parseCookies(header))).toEqual({
      a: '"x y"',
      b: '%E0%A4%A',
      c: '%',
      d: '%00',
      e: '\u0000',
      f: 'é€\ud800',
      g: '"',
    })
  })

  it('SE-15 takes __proto__ and its like for names', () => {
    const cookies = parseCookies('__proto__=a; constructor=b; hasOwnProperty=c')
    expect([...cookies.keys()]).toEqual(['__proto__', 'constructor', 'hasOwnProperty'])
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false)
    expect(readChunks(cookies, '__proto__')).toBeUndefined()
    expect(parseCookies('a=1').get('constructor')).toBeUndefined()
  })

  it('SE-03 takes no other name for the guarded one', () => {
    const tricks = ['\u00a0', '\u2000', '\u3000', '\ufeff', '\v', '\f', '\r', '\n', '\u2028']
    for (const trick of tricks) {
      const header = `${trick}${name}=1~evil; ${name}${trick}=1~evil; ${name.toUpperCase()}=1~evil`
      expect(parseCookies(header).has(name)).toBe(false)
    }
  })

  it('SE-15 is read in no time with 500 cookies, 64 KB and long runs of blanks', () => {
    const many = Array.from({ length: 500 }, (_, index) => `c${index}=${'x'.repeat(120)}`).join(
      '; ',
    )
    expect(parseCookies(many).size).toBe(500)
    const startedAt = performance.now()
    for (const text of [
      ' '.repeat(65_536),
      `a${' '.repeat(65_536)}b`,
      ';'.repeat(65_536),
      '='.repeat(65_536),
    ]) {
      parseCookies(text)
      parseCookies(`x=${text}y`)
    }
    expect(performance.now() - startedAt).toBeLessThan(1500)
  })

  const piece = fc.oneof(
    fc.constantFrom(
      ';',
      '=',
      ' ',
      '\t',
      '"',
      '%',
      '\0',
      '\n',
      '\u00a0',
      '\ud800',
      '€',
      '__proto__',
    ),
    fc.string({ maxLength: 3 }),
  )

  it('CF-09 is read, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const header = pieces.join('')
        for (const [key, value] of parseCookies(header)) {
          expect(key).not.toMatch(/[;=]|^[ \t]|[ \t]$/)
          expect(value).not.toMatch(/;|^[ \t]|[ \t]$/)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the name of a cookie', () => {
  it.each<[Partial<CookieSettings>, string]>([
    [{}, '__Host-trefoil.session'],
    [{ domain: 'app.example' }, '__Secure-trefoil.session'],
    [{ secure: false }, 'trefoil.session'],
    [{ secure: false, domain: 'localhost' }, 'trefoil.session'],
    [{ name: 'shop' }, '__Host-shop.session'],
  ])('AR-14 with %j is %s', (changes, expected) => {
    expect(cookieName({ ...settings, ...changes }, 'session')).toBe(expected)
  })
})

describe('a cookie', () => {
  it('AR-14 is hidden from scripts, for the whole site, and of this host alone', () => {
    expect(makeCookie(settings, 'a', 'b', 60.9)).toEqual({
      name: 'a',
      value: 'b',
      maxAge: 60,
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
    })
    expect(makeCookie(settings, 'a', 'b', -5).maxAge).toBe(0)
    expect(makeCookie({ ...settings, secure: false }, 'a', 'b', 60).secure).toBe(false)
  })

  it('AR-14 is shared with a domain when the site says so, and else has none', () => {
    const shared = { ...settings, domain: 'app.example' }
    expect(makeCookie(shared, 'a', 'b', 60)).toMatchObject({ domain: 'app.example' })
    expect(makeCookie(settings, 'a', 'b', 60)).not.toHaveProperty('domain')
  })

  it('SE-19 is removed by one with the attributes that it was set with', () => {
    const shared: CookieSettings = { ...settings, domain: 'app.example', sameSite: 'strict' }
    const cases = [
      [makeCookie(shared, 'a', 'b', 60), clearCookie(shared, 'a')],
      [makeCookie(shared, 'a', 'b', 60, 'lax'), clearCookie(shared, 'a', 'lax')],
      [makeCookie(settings, 'a', 'b', 60), clearCookie(settings, 'a')],
    ]
    for (const [set, cleared] of cases) expect(cleared).toEqual({ ...set, value: '', maxAge: 0 })
  })
})

describe('a value in chunks', () => {
  const write = (value: string, present = none): SetCookie[] =>
    writeChunks(settings, name, value, 60, present)
  const room = 4096 - name.length - 4

  it('is one cookie while it fits', () => {
    expect(write('abc')).toEqual([makeCookie(settings, name, '1~abc', 60)])
    expect(write('').map(({ value }) => value)).toEqual(['1~'])
    expect(write('a'.repeat(room))).toHaveLength(1)
    expect(write('a'.repeat(room + 1))).toHaveLength(2)
  })

  it('SE-13 fills its cookies up to two bytes below what browsers keep', () => {
    const cookies = write('a'.repeat(2 * room - 2))
    expect(cookies.map((cookie) => cookie.name)).toEqual([name, `${name}.1`])
    for (const cookie of cookies) {
      expect(cookie.name.length + cookie.value.length).toBeLessThanOrEqual(4096)
      expect(cookie.name.length + cookie.value.length).toBeGreaterThanOrEqual(4092)
    }
  })

  it('SE-13 TC-03 ID-32 is refused, and not cut, above 8,192 bytes with its names', () => {
    const overhead = '2~'.length + name.length + `${name}.1`.length + 2 * '=; '.length
    const most = 8192 - overhead
    const cookies = write('a'.repeat(most))
    expect(cookies.map(sentBytes).reduce((one, other) => one + other)).toBe(8192)
    expect(() => write('a'.repeat(most + 1))).toThrow(
      expect.objectContaining({
        code: 'session_too_large',
        message: expect.stringMatching(/is 8193 bytes.*may hold 8192.*session\.store/),
      }),
    )
    expect(() => write('a'.repeat(90_000))).toThrow(/session\.store/)
  })

  it('SE-15 is read of five cookies at most', () => {
    const of = (count: number): Cookies =>
      new Map([
        [name, `${count}~0`],
        ...Array.from(
          { length: 8 },
          (_, index) => [`${name}.${index + 1}`, String(index + 1)] as const,
        ),
      ])
    expect([of(5), of(6), of(9)].map((cookies) => readChunks(cookies, name))).toEqual([
      '01234',
      undefined,
      undefined,
    ])
  })

  it('SE-14 clears what a longer value left behind', () => {
    const present = new Map([[name, '3~a'] as const, ...parts(2)])
    const cookies = write('abc', present)
    expect(cookies.slice(1)).toEqual([
      clearCookie(settings, `${name}.1`),
      clearCookie(settings, `${name}.2`),
    ])
    expect([...browser(cookies, present).keys()]).toEqual([name])
  })

  it.each([
    ['none at all', []],
    ['only a later part', [[`${name}.1`, 'a']]],
    [
      'a part that is missing',
      [
        [name, '3~a'],
        [`${name}.2`, 'c'],
      ],
    ],
    ['more parts than there may be', [[name, '6~a'], ...parts(9)]],
    ['no number', [[name, 'abc']]],
    ['nothing', [[name, '']]],
    ['a number of nought', [[name, '0~a']]],
    ['a large number', [[name, '10~a'], ...parts(10)]],
    ['a number of another kind', [[name, '١~a']]],
    ['a blank before the number', [[name, '"1~a"']]],
  ] satisfies [string, string[][]][])('SE-14 is not read from %s', (_name, entries) => {
    expect(
      readChunks(new Map(entries.map(([key = '', value = '']) => [key, value])), name),
    ).toBeUndefined()
  })

  it('SE-14 is read from its own parts in their order, whatever else there is', () => {
    const present = new Map([
      ...parts(99),
      [`${name}.1`, 'b'] as const,
      [`${name}.01`, 'x'] as const,
      [`${name}1`, 'x'] as const,
      [name, '2~a'] as const,
    ])
    expect(readChunks(present, name)).toBe('ab')
  })

  it('SE-14 takes the parts of nine away and leaves alone what is not its own', () => {
    const foreign = [
      `${name}.0`,
      `${name}.10`,
      `${name}.1.1`,
      `${name}.x`,
      `${name}x`,
      'other.1',
      `${'x'.repeat(name.length)}.1`,
    ]
    const present = new Map([
      ...parts(9),
      [name, '1~a'] as const,
      ...foreign.map((key) => [key, 'x'] as const),
    ])
    const cleared = clearChunks(settings, name, present).map((cookie) => cookie.name)
    expect(cleared.sort()).toEqual([name, ...parts(9).map(([key]) => key)].sort())
    expect(clearChunks(settings, name, present, 8).map((cookie) => cookie.name)).toEqual([
      `${name}.8`,
      `${name}.9`,
    ])
    expect(clearChunks(settings, name, none)).toEqual([])
  })

  // The characters of a compact JWE.
  const sealed = fc
    .tuple(fc.integer({ min: 0, max: 8000 }), fc.stringMatching(/^[\w.-]{0,40}$/))
    .map(([length, text]) => text.padEnd(length, 'x'))

  it('SE-13 CF-09 is read as it was written, over whatever was there before', () => {
    const app = fc.constantFrom('a', 'trefoil', 'x'.repeat(40))
    fc.assert(
      fc.property(sealed, sealed, app, fc.boolean(), (before, value, appName, secure) => {
        const own = { ...settings, name: appName, secure }
        const key = cookieName(own, 'session')
        const present = browser(writeChunks(own, key, before, 60, none))
        const cookies = writeChunks(own, key, value, 60, present)
        expect(readChunks(browser(cookies, present), key)).toBe(value)
        expect(browser(cookies, present)).toEqual(browser(writeChunks(own, key, value, 60, none)))
        for (const cookie of cookies) {
          expect(cookie.name.length + cookie.value.length).toBeLessThanOrEqual(4096)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('CF-09 is the value or nothing when a part is lost, and never a mixture with another', () => {
    fc.assert(
      fc.property(sealed, sealed, fc.nat(3), (one, other, lost) => {
        const [mine, theirs] = [browser(write(`m${one}`)), browser(write(`t${other}`))]
        const mixed = new Map([...theirs, ...mine])
        expect(readChunks(mixed, name)).toBe(`m${one}`)
        mine.delete(lost === 0 ? name : `${name}.${lost}`)
        expect([undefined, `m${one}`]).toContain(readChunks(mine, name))
      }),
      { numRuns: 100 },
    )
  })
})

// What a browser holds after an answer, by way of the header that it would send.
function browser(cookies: readonly SetCookie[], before: Cookies = none): Map<string, string> {
  const jar = new Map(before)
  for (const cookie of cookies) {
    if (cookie.maxAge === 0) jar.delete(cookie.name)
    else jar.set(cookie.name, cookie.value)
  }
  return new Map(parseCookies([...jar].map(([key, value]) => `${key}=${value}`).join('; ')))
}

function parts(count: number): [string, string][] {
  return Array.from({ length: count }, (_, index) => [`${name}.${index + 1}`, 'foreign'])
}

describe('the Cookie header after storing cookies', () => {
  const set = (cookie: string, value: string): SetCookie => makeCookie(settings, cookie, value, 60)

  it.each<[string, string | undefined, SetCookie[], string | undefined]>([
    ['adds one', 'a=1', [set('b', '2')], 'a=1; b=2'],
    ['replaces one where it stood', 'a=1; b=2', [set('a', '3')], 'a=3; b=2'],
    ['takes out one that is cleared', 'a=1; b=2', [clearCookie(settings, 'a')], 'b=2'],
    ['is none when nothing is left', 'a=1', [clearCookie(settings, 'a')], undefined],
    ['begins where there was none', undefined, [set('a', '1')], 'a=1'],
    ['keeps the first of two with one name', 'a=1; a=2', [set('b', '2')], 'a=1; b=2'],
  ])('%s', (_name, header, stored, expected) => {
    expect(updateCookieHeader(header, stored)).toBe(expected)
  })

  it('carries a session in several parts, and drops the parts of a longer one', () => {
    const long = writeChunks(settings, name, 'x'.repeat(6000), 60, none)
    const header = updateCookieHeader('theme=dark', long)
    const short = writeChunks(settings, name, 'y'.repeat(10), 60, parseCookies(header))
    expect(readChunks(parseCookies(header), name)).toBe('x'.repeat(6000))
    expect(updateCookieHeader(header, short)).toBe(`theme=dark; ${name}=1~${'y'.repeat(10)}`)
  })
})
