import { describe, expect, it, vi } from 'vitest'
import {
  AccessDeniedError,
  asTrefoilError,
  ConfigurationError,
  describeMissing,
  type ErrorCode,
  TrefoilError,
} from './errors.ts'
import { ProviderError } from './provider-error.ts'

// The documented table: an application may rely on each row.
const statuses: Readonly<Record<ErrorCode, number>> = {
  configuration_invalid: 500,
  provider_unavailable: 503,
  provider_response_invalid: 502,
  client_rejected: 500,
  transaction_missing: 400,
  request_invalid: 400,
  callback_invalid: 400,
  authorization_failed: 400,
  code_exchange_failed: 400,
  id_token_invalid: 502,
  organization_mismatch: 403,
  login_loop: 429,
  navigation_required: 401,
  origin_refused: 403,
  method_not_allowed: 405,
  content_too_large: 413,
  content_type_unsupported: 415,
  not_authenticated: 401,
  access_denied: 403,
  access_token_expired: 503,
  session_expired: 401,
  session_too_large: 500,
  session_store_unavailable: 503,
  feature_unavailable: 404,
  account_api_failed: 502,
  token_missing: 401,
  token_invalid: 401,
  insufficient_scope: 403,
  browser_unsupported: 400,
}

describe('an error', () => {
  it.each(Object.keys(statuses).filter(isCode))(
    'ER-01 ER-07 %s has a status, says what happened and what to do',
    (code) => {
      const error = new TrefoilError(code)
      const status = statuses[code]
      expect(error).toMatchObject({ name: 'TrefoilError', code, status, headers: {} })
      expect(error).toBeInstanceOf(Error)
      for (const text of [error.title, error.message, error.wayOut]) {
        expect(text).toMatch(/^[A-Z][^<>]{10,}$/)
      }
      expect(error.message).toMatch(/\.$/)
      expect(error.wayOut).toMatch(/\.$/)
    },
  )

  it('carries its evidence as the cause and its headers, and no cause where there is none', () => {
    const cause = new Error('evidence')
    const error = new TrefoilError('token_invalid', {
      message: 'Other.',
      cause,
      headers: { a: 'b' },
    })
    expect(error).toMatchObject({ message: 'Other.', cause, headers: { a: 'b' } })
    expect('cause' in new TrefoilError('token_invalid')).toBe(false)
  })

  it('is known by its own name', () => {
    const errors = [
      new ConfigurationError([]),
      new ProviderError('authorization_failed', 'x'),
      new AccessDeniedError({}),
    ]
    expect(errors.map((error) => error.name)).toEqual([
      'ConfigurationError',
      'ProviderError',
      'AccessDeniedError',
    ])
    expect(errors.every((error) => error instanceof TrefoilError)).toBe(true)
  })
})

describe('a copy of this module, as bundlers make them', () => {
  it('knows the errors of another one by their classes', async () => {
    vi.resetModules()
    const copy = await import('./errors.ts')
    expect(copy.AccessDeniedError).not.toBe(AccessDeniedError)
    const foreign = new copy.AccessDeniedError({ permissions: ['read:a'] })
    expect(foreign).toBeInstanceOf(TrefoilError)
    expect(foreign).toBeInstanceOf(AccessDeniedError)
    expect(foreign).not.toBeInstanceOf(ProviderError)
    expect(new copy.TrefoilError('token_invalid')).not.toBeInstanceOf(AccessDeniedError)
    expect(asTrefoilError(foreign)).toBe(foreign)
  })

  it('takes nothing else for one of its errors', () => {
    const others = [new Error('x'), { name: 'TrefoilError', code: 'access_denied' }, 'x', null]
    for (const other of others) expect(other instanceof TrefoilError).toBe(false)
  })

  it('tells a class that an application derives from its own', () => {
    class Derived extends TrefoilError {}
    expect(new Derived('token_invalid')).toBeInstanceOf(Derived)
    expect(new Derived('token_invalid')).toBeInstanceOf(TrefoilError)
    expect(new TrefoilError('token_invalid')).not.toBeInstanceOf(Derived)
  })
})

describe('a way out', () => {
  it.each(['provider_unavailable', 'session_store_unavailable'] as const)(
    'of %s says nothing of a reader whom it does not know',
    (code) => {
      expect(new TrefoilError(code).wayOut).not.toMatch(/signed in|was lost/)
    },
  )

  it('is the one of the catalog, or a better one', () => {
    expect(new TrefoilError('client_rejected').wayOut).toContain('operator of this site')
    expect(new TrefoilError('client_rejected', { wayOut: 'Do this.' }).wayOut).toBe('Do this.')
  })
})

describe('a configuration error', () => {
  it('names every problem', () => {
    expect(new ConfigurationError(['one.']).message).toBe(
      'The Trefoil configuration has problems:\n- one.',
    )
    const error = new ConfigurationError(['one.', 'two.'])
    expect(error.message).toBe('The Trefoil configuration has problems:\n- one.\n- two.')
    expect(error.problems).toEqual(['one.', 'two.'])
  })
})

describe('an error of the provider', () => {
  it.each(['access_denied', 'invalid_grant', 'urn.ietf-x'])('keeps the code %s', (code) => {
    expect(new ProviderError('authorization_failed', code).error).toBe(code)
  })

  it.each([
    '<script>alert(1)</script>',
    'a b',
    'a\r\nset-cookie: x=y',
    'a\n',
    '\u202Eevil',
    '',
    'a'.repeat(65),
    undefined,
    null,
    7,
    ['access_denied'],
    { toString: () => 'access_denied' },
  ])('CB-18 CB-20 takes %j for no code at all', (code) => {
    const error = new ProviderError('authorization_failed', code)
    expect(error.error).toBe('unknown_error')
    expect(error.message).toBe(new TrefoilError('authorization_failed').message)
  })
})

describe('what is missing', () => {
  it.each([
    [{ permissions: ['read:a'] }, 'This needs the permission read:a.'],
    [{ permissions: ['read:a', 'read:b'] }, 'This needs the permissions read:a, read:b.'],
    [{ anyPermission: ['a', 'b'] }, 'This needs one of the permissions a, b.'],
    [{ roles: ['owner'] }, 'This needs the role owner.'],
    [{ flags: ['beta'] }, 'This needs the feature flag beta.'],
    [{ organization: 'org_1' }, 'This needs the organization org_1.'],
    [{ scopes: ['read:a'] }, 'This needs the scope read:a.'],
    [{ permissions: ['p'], roles: ['r'] }, 'This needs the permission p and the role r.'],
    [{}, 'The signed-in user lacks a right that this needs.'],
    [{ permissions: [], anyPermission: [] }, 'The signed-in user lacks a right that this needs.'],
  ])('of %j reads: %s', (missing, text) => {
    expect(describeMissing(missing)).toBe(text)
    expect(new AccessDeniedError(missing)).toMatchObject({ message: text, missing, status: 403 })
  })

  it('can be told by another code', () => {
    const error = new AccessDeniedError({ scopes: ['a'] }, 'insufficient_scope', {
      headers: { a: 'b' },
    })
    expect(error).toMatchObject({ code: 'insufficient_scope', headers: { a: 'b' } })
  })
})

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(statuses, code)
}
