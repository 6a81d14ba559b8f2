import { describe, expect, it } from 'vitest'
import { problemsOf } from '../test/problems.ts'
import {
  assertRequirement,
  decide,
  getFlag,
  hasPermission,
  hasRole,
  type Requirement,
  type Rights,
} from './decision.ts'

const rights: Rights = {
  organization: { code: 'org_1', name: 'Acme' },
  permissions: ['read:reports', 'write:reports'],
  roles: ['owner', 'member'],
  flags: {
    on: true,
    off: false,
    text: 'true',
    one: 1,
    nothing: null,
    list: ['a'],
    object: { a: 1 },
  },
  scopes: ['openid', 'profile'],
}
const nothing: Rights = { organization: null, permissions: [], roles: [], flags: {}, scopes: [] }

describe('a decision', () => {
  it.each<[string, Requirement]>([
    ['nothing in particular', {}],
    ['a permission', { permissions: ['read:reports'] }],
    ['all of its permissions', { permissions: ['read:reports', 'write:reports'] }],
    ['no permission at all', { permissions: [] }],
    ['one permission of several', { anyPermission: ['admin', 'write:reports'] }],
    ['a role', { roles: ['member'] }],
    ['all of its roles', { roles: ['member', 'owner'] }],
    ['a flag that is on', { flags: ['on'] }],
    ['its organization', { organization: 'org_1' }],
    ['a scope', { scopes: ['profile'] }],
    [
      'one of each',
      {
        permissions: ['read:reports'],
        anyPermission: ['read:reports'],
        roles: ['owner'],
        flags: ['on'],
        organization: 'org_1',
        scopes: ['openid'],
      },
    ],
  ])('allows who has %s', (_name, requirement) => {
    expect(decide(rights, requirement)).toEqual({ allowed: true })
  })

  it.each<[Requirement, Requirement]>([
    [{ permissions: ['read:reports', 'admin'] }, { permissions: ['admin'] }],
    [{ permissions: ['read'] }, { permissions: ['read'] }],
    [{ permissions: ['read:reports:all'] }, { permissions: ['read:reports:all'] }],
    [{ permissions: ['READ:REPORTS'] }, { permissions: ['READ:REPORTS'] }],
    [{ anyPermission: ['admin', 'root'] }, { anyPermission: ['admin', 'root'] }],
    [{ roles: ['owner', 'guest'] }, { roles: ['guest'] }],
    [{ flags: ['on', 'off'] }, { flags: ['off'] }],
    [
      { flags: ['text', 'one', 'list', 'object', 'nothing'] },
      { flags: ['text', 'one', 'list', 'object', 'nothing'] },
    ],
    [{ flags: ['unknown'] }, { flags: ['unknown'] }],
    [
      { flags: ['constructor', '__proto__', 'toString'] },
      { flags: ['constructor', '__proto__', 'toString'] },
    ],
    [{ permissions: ['length', '0'] }, { permissions: ['length', '0'] }],
    [{ organization: 'org_2' }, { organization: 'org_2' }],
    [{ organization: '' }, { organization: '' }],
    [{ organization: 'Acme' }, { organization: 'Acme' }],
    [{ scopes: ['openid', 'email'] }, { scopes: ['email'] }],
    [
      {
        permissions: ['read:reports', 'p'],
        roles: ['r'],
        flags: ['f'],
        scopes: ['s'],
        organization: 'o',
      },
      { permissions: ['p'], roles: ['r'], flags: ['f'], scopes: ['s'], organization: 'o' },
    ],
  ])('AP-12 AP-14 denies %j and names %j as missing', (requirement, missing) => {
    expect(decide(rights, requirement)).toEqual({
      allowed: false,
      reason: 'access_denied',
      missing,
    })
  })

  it.each<Requirement>([
    { permissions: ['p'] },
    { anyPermission: ['p'] },
    { roles: ['r'] },
    { flags: ['f'] },
    { organization: 'o' },
    { organization: '' },
    { scopes: ['s'] },
  ])('denies what the tokens do not tell: %j', (requirement) => {
    expect(decide(nothing, requirement)).toMatchObject({ allowed: false, reason: 'access_denied' })
  })

  it('denies nobody, whatever is needed', () => {
    for (const nobody of [null, undefined]) {
      for (const requirement of [undefined, {}, { permissions: ['a'] }]) {
        expect(decide(nobody, requirement)).toEqual({ allowed: false, reason: 'not_authenticated' })
      }
    }
  })

  it('needs somebody when it needs nothing else', () => {
    expect(decide(nothing)).toEqual({ allowed: true })
  })

  it('takes no flag from a prototype', () => {
    const flags = Object.create({ inherited: true })
    expect(decide({ ...rights, flags }, { flags: ['inherited'] }).allowed).toBe(false)
    expect(getFlag({ ...rights, flags }, 'inherited', false)).toBe(false)
  })
})

describe('a requirement', () => {
  it.each<[object, RegExp]>([
    [
      { permission: ['a'] },
      /^requirement\.permission is not known: use permissions, anyPermission/,
    ],
    [{ permissions: 'read' }, /^requirement\.permissions must be a list of keys/],
    [{ permissions: undefined }, /^requirement\.permissions must be a list of keys; leave it out/],
    [{ permissions: null }, /must be a list of keys/],
    [{ permissions: [''] }, /must be a list of keys/],
    [{ anyPermission: [] }, /^requirement\.anyPermission is empty/],
    [{ permissions: [7] }, /must be a list of keys/],
    [{ permissions: [['a']] }, /must be a list of keys/],
    [{ roles: new Set(['a']) }, /must be a list of keys/],
    [{ flags: { beta: true } }, /must be a list of keys/],
    [{ organization: ['a'] }, /must be an organization code/],
    [{ organization: undefined }, /must be an organization code; leave it out/],
    [['a'], /must be an object/],
    [[], /must be an object/],
    [new Set(['a']), /must be an object/],
    [new Map([['permissions', ['a']]]), /must be an object/],
    [() => ({ permissions: ['a'] }), /must be an object/],
    [Object.create({ permissions: ['a'] }), /must be an object/],
    [JSON.parse('{"__proto__":{"permissions":["a"]}}'), /^requirement\.__proto__ is not known/],
  ])('CF-01 that protects less than its author thinks is refused: %j', (requirement, problem) => {
    expect(problemsOf(() => assertRequirement(requirement))).toEqual([
      expect.stringMatching(problem),
    ])
    expect(problemsOf(() => decide(null, requirement))).toHaveLength(1)
    expect(problemsOf(() => decide(rights, requirement))).toHaveLength(1)
  })

  it.each([null, undefined, true, 'read:reports', '', 7])(
    'CF-01 must be an object and not %j',
    (value) => {
      const check: (requirement: never) => void = assertRequirement
      expect(() => Reflect.apply(check, undefined, [value])).toThrow(/must be an object/)
    },
  )

  it('may have no prototype, or that of another realm', () => {
    expect(() =>
      assertRequirement(Object.assign(Object.create(null), { roles: ['a'] })),
    ).not.toThrow()
    expect(() => assertRequirement(Object.create(Object.create(null)))).not.toThrow()
  })

  it('names every mistake at once', () => {
    const requirement: object = { permission: ['a'], roles: 'x' }
    expect(problemsOf(() => assertRequirement(requirement))).toHaveLength(2)
  })
})

describe('a right', () => {
  it('is had by its whole name', () => {
    expect(hasPermission(rights, 'read:reports')).toBe(true)
    expect(hasPermission(rights, 'read')).toBe(false)
    expect(hasRole(rights, 'owner')).toBe(true)
    expect(hasRole(rights, 'own')).toBe(false)
  })

  it('is never had by nobody', () => {
    for (const nobody of [null, undefined]) {
      expect([hasPermission(nobody, 'a'), hasRole(nobody, 'a')]).toEqual([false, false])
    }
  })
})

describe('a feature flag', () => {
  it('has its value when that is of the type of the fallback', () => {
    expect(getFlag(rights, 'on', false)).toBe(true)
    expect(getFlag(rights, 'off', true)).toBe(false)
    expect(getFlag(rights, 'text', '')).toBe('true')
    expect(getFlag(rights, 'one', 0)).toBe(1)
    expect(getFlag(rights, 'nothing', null)).toBeNull()
    expect(getFlag(rights, 'list', [])).toEqual(['a'])
    expect(getFlag(rights, 'object', {})).toEqual({ a: 1 })
  })

  it.each([
    ['text', true],
    ['one', true],
    ['on', 'light'],
    ['on', 1],
    ['list', {}],
    ['object', []],
    ['nothing', {}],
    ['object', null],
    ['nothing', false],
  ])('has the fallback when %s is of another type than %j', (key, fallback) => {
    expect(getFlag(rights, key, fallback)).toBe(fallback)
  })

  it.each(['unknown', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'has the fallback when it is not known: %s',
    (key) => {
      expect(getFlag(rights, key, 'fallback')).toBe('fallback')
      expect(getFlag(rights, key, {})).toEqual({})
    },
  )

  it('has the fallback for nobody', () => {
    expect([getFlag(null, 'on', false), getFlag(undefined, 'on', false)]).toEqual([false, false])
  })
})
