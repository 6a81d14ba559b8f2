import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toReturnPath } from './return-path.ts'

const site = 'https://app.example'

const refused: readonly unknown[] = [
  // Another site, or another scheme.
  'https://evil.example',
  'HTTPS://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'http://app.example.evil.example',
  'https://app.example@evil.example',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'blob:https://app.example/x',
  'evil.example',
  '.evil.example',
  '@evil.example',
  ':80',
  // Slashes that make an authority.
  '//evil.example',
  '///evil.example',
  '//site.invalid/of-our-own-parser',
  '////evil.example',
  '//user@evil.example',
  '//\u3002evil.example',
  // Backslashes, which browsers read as slashes.
  '/\\evil.example',
  '/\\/evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/a\\..\\..\\evil.example',
  '/path?x=\\',
  // Characters that browsers drop or trim, and that split headers and logs.
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '/\r\nset-cookie: a=b',
  '/path\r\nlocation: https://evil.example',
  '/\u0000/evil.example',
  '/\u000b/evil.example',
  '/\u007fevil.example',
  ' /evil.example',
  '\t//evil.example',
  '\u0001//evil.example',
  '/ /evil.example',
  // Dots whose resolution brings the slashes back.
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/a/../..//evil.example',
  '/%2e//evil.example',
  '/%2E%2e//evil.example',
  '/.%2e//evil.example',
  '/a/%2e%2e//evil.example',
  '/a/b/../../..///evil.example',
  // Nothing, or nothing that is a text.
  '',
  '?a=b',
  '#a',
  `/${'a'.repeat(2048)}`,
  `/${'a/../'.repeat(410)}`,
  `/${'€'.repeat(1000)}`,
  undefined,
  null,
  7,
  ['/path'],
  { toString: () => '/path' },
  new URL('https://app.example/path'),
]

const taken: readonly [text: string, path: string][] = [
  ['/', '/'],
  ['/reports?page=2#top', '/reports?page=2#top'],
  ['/a//b', '/a//b'],
  ['/a/./b/../c', '/a/c'],
  ['/../a', '/a'],
  ['/?next=//evil.example', '/?next=//evil.example'],
  [
    '/?next=https://evil.example#https://evil.example',
    '/?next=https://evil.example#https://evil.example',
  ],
  ['/%5cevil.example', '/%5cevil.example'],
  ['/%2f%2fevil.example', '/%2f%2fevil.example'],
  ['/%0d%0aset-cookie:a=b', '/%0d%0aset-cookie:a=b'],
  ['/@evil.example', '/@evil.example'],
  ['/:80', '/:80'],
  ['/javascript:alert(1)', '/javascript:alert(1)'],
  ['/grüße?ort=köln', '/gr%C3%BC%C3%9Fe?ort=k%C3%B6ln'],
  ['/\uff0fevil.example', '/%EF%BC%8Fevil.example'],
  ['/\u2028', '/%E2%80%A8'],
  ['/\u0085', '/%C2%85'],
  ['/\u202eevil', '/%E2%80%AEevil'],
  ['/\ud800', '/%EF%BF%BD'],
  ['/"<script>', '/%22%3Cscript%3E'],
  [`/${'a'.repeat(2047)}`, `/${'a'.repeat(2047)}`],
]

describe('a return path', () => {
  it.each(refused)('RD-01 is not %j', (text) => {
    expect(toReturnPath(text)).toBeUndefined()
  })

  it.each(taken)('RD-01 made of %j is %s, on our origin', (text, path) => {
    expect(toReturnPath(text)).toBe(path)
    expectOwn(path)
  })

  // What tempts a parser: the pieces that the tables above are made of.
  const pieces = fc.constantFrom(
    ...'/ // \\ . .. %2e %2F %5c @ : ? # \t \n \0 ; & evil.example https: javascript:'.split(' '),
    ' ',
    'é',
    '\u2028',
    '\uff0f',
    '\u3002',
    '\ud800',
  )
  const bait = fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 8 })
  const text = fc.oneof(
    bait.map((parts) => `/${parts.join('')}`),
    bait.map((parts) => parts.join('')),
    fc.array(fc.nat(0x10ffff)).map((codes) => String.fromCodePoint(...codes)),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
  )

  it('RD-01 CF-09 is on our origin, whatever it is made of, in a header and a link alike', () => {
    fc.assert(
      fc.property(text, (candidate) => {
        const path = toReturnPath(candidate)
        if (path !== undefined) expectOwn(path)
      }),
      { numRuns: 2000 },
    )
  })

  it('RD-01 CF-09 is its own return path', () => {
    fc.assert(
      fc.property(text, (candidate) => {
        const path = toReturnPath(candidate)
        if (path !== undefined) expect(toReturnPath(path)).toBe(path)
      }),
      { numRuns: 500 },
    )
  })

  it('RD-01 CF-09 is any ordinary path with query and hash, unchanged', () => {
    const url = fc.webUrl({
      withQueryParameters: true,
      withFragments: true,
      validSchemes: ['https'],
    })
    fc.assert(
      fc.property(url, (address) => {
        const { pathname, search, hash } = new URL(address)
        const path = `${pathname}${search}${hash}`
        fc.pre(!path.startsWith('//'))
        expect(toReturnPath(path)).toBe(path)
      }),
      { numRuns: 300 },
    )
  })
})

function expectOwn(path: string): void {
  // A header may hold nothing but these characters.
  expect(path).toMatch(/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/)
  expect(path.length).toBeLessThanOrEqual(2048)
  for (const page of [site, `${site}/auth/callback?code=1`, 'http://localhost:3000/a/b/']) {
    expect(new URL(path, page).origin).toBe(new URL(page).origin)
  }
}
