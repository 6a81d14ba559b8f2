import { describe, expect, it } from 'vitest'
import { isEventToken, looksLikeJwt, normalizeType } from './jwt.ts'

describe('the kind of a token', () => {
  it.each([
    ['JWT', 'jwt'],
    ['application/at+jwt', 'at+jwt'],
    ['APPLICATION/AT+JWT', 'at+jwt'],
    ['at+jwt', 'at+jwt'],
    ['x-application/at+jwt', 'x-application/at+jwt'],
    [undefined, undefined],
  ])('%j reads as %j', (type, expected) => {
    expect(normalizeType(type)).toBe(expected)
  })

  it.each([1, null, {}, ['jwt'], true])('ID-28 %j reads as none that we know', (type) => {
    expect(normalizeType(type)).toBe('unreadable')
  })

  it.each([
    ['events', {}, { events: {} }],
    ['a logout token', { typ: 'logout+jwt' }, {}],
    ['a security event', { typ: 'application/secevent+jwt' }, {}],
    ['a webhook of Kinde', { typ: 'JWT' }, { type: 'user.created', event_id: 'e' }],
  ])('ID-28 %s is an event', (_name, header, claims) => {
    expect(isEventToken({ header: { alg: 'RS256', ...header }, claims, expiresAt: 0 })).toBe(true)
  })

  it.each([
    [{}, { type: 'x' }],
    [{}, { event_id: 'x' }],
    [{ typ: 'at+jwt' }, {}],
  ])('%j with %j is none', (header, claims) => {
    expect(isEventToken({ header: { alg: 'RS256', ...header }, claims, expiresAt: 0 })).toBe(false)
  })

  it.each(['a.b.c', 'eyJ-_.x.y'])('%s has the form of a JWT', (text) => {
    expect(looksLikeJwt(text)).toBe(true)
  })

  it.each(['', 'a', 'a.b', 'a.b.c.d', 'a..c', 'a.b.', '.b.c', ' a.b.c', 'a.b.c\n', 'a.b.c='])(
    'ID-29 %j has not',
    (text) => {
      expect(looksLikeJwt(text)).toBe(false)
    },
  )
})
