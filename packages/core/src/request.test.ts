import { describe, expect, it } from 'vitest'
import { createConfig } from '../test/settings.ts'
import { createView, navigation } from '../test/view.ts'
import { routeNames } from './route-names.ts'
import {
  type AppRequest,
  findRoute,
  isCrossSite,
  isNavigation,
  isPassive,
  isPrefetch,
  isSameOrigin,
  readRequest,
  readReturnPath,
} from './request.ts'

const config = createConfig({ allowedOrigins: ['https://preview.example'] })
const read = (url: string, headers: Record<string, string> = {}): AppRequest =>
  readRequest(createView(headers, { url }), config)

describe('a request', () => {
  it('is read into path, query and cookies', () => {
    const request = read('https://app.example/a/b?c=1&c=2#d', { cookie: 'one=1; two=2' })
    expect(request.path).toBe('/a/b')
    expect(request.query.getAll('c')).toEqual(['1', '2'])
    expect([...request.cookies]).toEqual([
      ['one', '1'],
      ['two', '2'],
    ])
  })

  it.each([
    ['https://app.example/', 'https://app.example'],
    ['https://preview.example/', 'https://preview.example'],
    ['https://evil.example/', 'https://app.example'],
    ['http://app.example/', 'https://app.example'],
    ['https://app.example:8443/', 'https://app.example'],
    ['https://preview.example.evil.example/', 'https://app.example'],
    ['https://preview.example@evil.example/', 'https://app.example'],
    ['https://preview.examplex/', 'https://app.example'],
  ])('AR-07 RD-03 to %s is of the origin %s', (url, origin) => {
    expect(read(url).origin).toBe(origin)
  })

  it('AR-07 is of no origin that a header names', () => {
    const headers = {
      host: 'preview.example',
      'x-forwarded-host': 'preview.example',
      forwarded: 'host=preview.example',
    }
    expect(read('https://app.example/', headers).origin).toBe('https://app.example')
  })

  it.each(['', '/path', 'app.example', 'https://', 'https://[/'])(
    'is refused with the URL %j',
    (url) => {
      expect(() => read(url)).toThrow(expect.objectContaining({ code: 'request_invalid' }))
    },
  )

  it('CB-22 CB-28 takes broken percent codes and names of prototypes for text', () => {
    const { query } = read(
      'https://app.example/?a=%E0%A4%A&b=%&__proto__=c&constructor[prototype]=d',
    )
    expect([...query]).toEqual([
      ['a', '\ufffd%A'],
      ['b', '%'],
      ['__proto__', 'c'],
      ['constructor[prototype]', 'd'],
    ])
  })
})

describe('a route', () => {
  it.each(routeNames)('is found at its path: %s', (name) => {
    expect(findRoute(`/auth/${name}`, config)).toBe(name)
    expect(findRoute(`/api/auth/${name}`, createConfig({ basePath: '/api/auth' }))).toBe(name)
  })

  it.each([
    '/auth',
    '/auth/',
    '/auth/callback/',
    '//auth/callback',
    '/auth//callback',
    '/AUTH/callback',
    '/auth/Callback',
    '/AUTH/login',
    '/auth/Login',
    '/auth/callback;a=b',
    '/auth/call%62ack',
    '/auth/callback/x',
    '/x/auth/callback',
    '/auth/other',
    '/auth/constructor',
    '/auth/__proto__',
    '/auth/undefined',
  ])('CB-32 is not at %s', (path) => expect(findRoute(path, config)).toBeUndefined())

  it('of the callback is at its own path alone', () => {
    const own = createConfig({ callbackPath: '/api/auth/kinde_callback' })
    expect(findRoute('/api/auth/kinde_callback', own)).toBe('callback')
    expect(findRoute('/auth/callback', own)).toBeUndefined()
  })
})

describe('a return path', () => {
  it('is a page of this site', () => {
    expect(readReturnPath('/reports?page=2', config)).toBe('/reports?page=2')
    expect(readReturnPath('/authors', config)).toBe('/authors')
  })

  it('can be the portal, which is a page to come to', () => {
    expect(readReturnPath('/auth/portal', config)).toBe('/auth/portal')
  })

  it.each([
    '/auth/login',
    '/auth/login?returnTo=%2F',
    '/auth/logout#x',
    '/auth/callback?code=1&state=2',
    '/x/../auth/login',
    '/auth/./register',
    'https://evil.example',
    '//evil.example',
    undefined,
    null,
  ])('RD-06 is not %j', (text) => expect(readReturnPath(text, config)).toBeUndefined())
})

describe('a navigation', () => {
  it.each([
    [navigation],
    [{ 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', accept: '*/*' }],
    [{ 'sec-fetch-mode': 'navigate' }],
    [{ accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
  ])('is %j', (headers) => expect(isNavigation(createView(headers))).toBe(true))

  it.each([
    [{}],
    [{ accept: '*/*' }],
    [{ accept: 'application/json' }],
    [{ accept: 'text/html', 'x-requested-with': 'XMLHttpRequest' }],
    [{ 'sec-fetch-mode': 'cors', accept: 'text/html' }],
    [{ 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image', accept: 'text/html' }],
    [{ ...navigation, 'sec-fetch-dest': 'iframe' }],
    [{ ...navigation, 'sec-fetch-dest': 'embed' }],
    [{ ...navigation, 'sec-fetch-dest': 'object' }],
    [{ ...navigation, 'sec-fetch-dest': '' }],
    [{ ...navigation, 'sec-purpose': 'prefetch' }],
    [{ accept: 'text/html', purpose: 'prefetch' }],
  ])('AR-10 AR-19 CS-08 is not %j', (headers) =>
    expect(isNavigation(createView(headers))).toBe(false),
  )
})

describe('a prefetch', () => {
  it.each([
    [{ 'sec-purpose': 'prefetch' }],
    [{ 'sec-purpose': 'prefetch;prerender' }],
    [{ 'sec-purpose': 'Prefetch;anonymous-client-ip' }],
    [{ purpose: 'prefetch' }],
    [{ 'x-purpose': 'preview' }],
    [{ 'x-moz': 'prefetch' }],
    [{ 'next-router-prefetch': '1' }],
  ])('AR-10 is %j', (headers) => expect(isPrefetch(createView(headers))).toBe(true))

  it('AR-10 is nothing else', () => {
    expect(isPrefetch(createView())).toBe(false)
    expect(isPrefetch(createView({ purpose: 'navigate' }))).toBe(false)
  })
})

describe('a request that may not renew', () => {
  it.each([
    [{ 'sec-fetch-dest': 'image' }],
    [{ 'sec-fetch-dest': 'script' }],
    [{ 'sec-purpose': 'prefetch' }],
  ])('is %j', (headers) => expect(isPassive(createView(headers))).toBe(true))

  it.each([[{}], [{ 'sec-fetch-dest': 'document' }], [{ 'sec-fetch-dest': 'empty' }]])(
    'is not %j',
    (headers) => expect(isPassive(createView(headers))).toBe(false),
  )
})

describe('a request of this site', () => {
  const isOwn = (headers: Record<string, string>): boolean =>
    isSameOrigin(read('https://app.example/auth/logout', headers), config)

  it.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
    [{ origin: 'https://app.example' }],
    [{ origin: 'https://preview.example' }],
    [{ referer: 'https://app.example/page?query' }],
  ])('CS-01 is %j', (headers) => expect(isOwn(headers)).toBe(true))

  it.each([
    [{}],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://app.example' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://app.example' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': '' }],
    [{ origin: 'null' }],
    [{ origin: 'null', referer: 'https://app.example/' }],
    [{ origin: 'https://evil.example', referer: 'https://app.example/' }],
    [{ origin: 'https://app.example.evil.example' }],
    [{ origin: 'http://app.example' }],
    [{ origin: 'https://app.example:8443' }],
    [{ origin: 'https://app.example@evil.example' }],
    [{ referer: 'https://evil.example/?https://app.example/' }],
    [{ referer: '/auth/logout' }],
    [{ host: 'app.example' }],
  ])('CS-01 CS-02 CS-03 RD-03 is not %j', (headers) => expect(isOwn(headers)).toBe(false))
})

describe('a request of another site', () => {
  it.each([
    ['cross-site', true],
    ['same-site', true],
    ['same-origin', false],
    ['none', false],
  ])('CS-02 CS-04 with Sec-Fetch-Site %s is %s', (site, expected) => {
    expect(isCrossSite(createView({ 'sec-fetch-site': site }))).toBe(expected)
  })

  it('is not known of an older browser', () => {
    expect(isCrossSite(createView({ origin: 'https://evil.example' }))).toBe(false)
  })
})
