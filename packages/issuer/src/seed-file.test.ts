import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createSeed } from './seed.ts'
import { readSeed, SeedError } from './seed-file.ts'

/** Values by the paths at which they are put; `undefined` leaves the member out. */
type Changes = Readonly<Record<string, unknown>>

function change(changes: Changes): unknown {
  const seed = createSeed()
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split(/[.[\]]+/).filter((step) => step !== '')
    const last = steps.pop() ?? ''
    let place: unknown = seed
    for (const step of steps) place = Reflect.get(Object(place), step)
    if (value === undefined) Reflect.deleteProperty(Object(place), last)
    else Reflect.set(Object(place), last, value)
  }
  return seed
}

function findProblems(value: unknown): readonly string[] {
  try {
    readSeed(value)
    return []
  } catch (error) {
    if (error instanceof SeedError) return error.problems
    throw error
  }
}

describe('readSeed', () => {
  it('reads the built-in seed as it is', () => {
    expect(readSeed(JSON.parse(JSON.stringify(createSeed())))).toEqual(createSeed())
  })

  it('reads the example of a seed file, and the one in the README', () => {
    const read = (name: string): string =>
      readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
    const [, shown = ''] = /```json\n([\s\S]*?)```/.exec(read('README.md')) ?? []
    for (const text of [read('seed.example.json'), shown]) {
      expect(findProblems(JSON.parse(text))).toEqual([])
    }
  })

  it('takes sections and lists that are left out as empty', () => {
    expect(readSeed({})).toEqual({
      applications: [],
      apis: [],
      permissions: [],
      roles: [],
      flags: [],
      organizations: [],
      users: [],
    })
    const user = {
      id: 'kp_1',
      email: 'a@b.example',
      password: 'x',
      givenName: 'A',
      familyName: 'B',
    }
    expect(readSeed({ users: [user] }).users).toEqual([{ ...user, memberships: [] }])
  })

  it('takes null where a limit may be null, and a flag of any JSON', () => {
    const seed = change({
      'organizations[0].entitlements[0]': { key: 'a', name: 'A', limitMax: null, limitMin: null },
      'users[0].flags.layout': [{ deep: [1, null, 'a'] }],
    })
    expect(readSeed(seed)).toEqual(seed)
  })

  it('names every mistake at once in one error', () => {
    const problems = findProblems(
      change({
        'users[1].memberships[0].organization': 'org_x',
        'users[2].email': 5,
        'applications[0].secret': 'short',
      }),
    )
    expect(problems).toEqual([
      'applications[0].secret: is too short: 5 characters, 16 are needed',
      'users[1].memberships[0].organization: "org_x" is not one of the organizations (org_acme, org_globex)',
      'users[2].email: must be a string, not a number',
    ])
    expect(new SeedError(problems).message).toMatch(
      /^The seed has 3 mistakes:\n- applications\[0\]/,
    )
    expect(new SeedError(['x: y']).message).toBe('The seed has a mistake:\n- x: y')
  })

  it('tells no secret and no password', () => {
    const problems = findProblems(
      change({
        'applications[0].secret': 'tell-nobody',
        'applications[2].secret': 'tell-nobody-at-all',
        'users[0].password': { plain: 'tell-nobody' },
      }),
    )
    expect(problems).toHaveLength(3)
    expect(problems.join()).not.toContain('tell-nobody')
  })

  it.each([
    [[], 'the seed: must be an object, not a list'],
    [null, 'the seed: must be an object, not null'],
    [undefined, 'the seed: is missing'],
  ])('stops at %j, which is no seed at all', (value, problem) => {
    expect(findProblems(value)).toEqual([problem])
  })
})

const reports = 'https://reports.trefoil.example'
const again = { key: 'again', name: 'Again' }

const cases: Readonly<Record<string, readonly (readonly [Changes, string])[]>> = {
  'what has not the right shape': [
    [{ apis: {}, applications: [] }, 'apis: must be a list, not an object'],
    [{ 'users[2]': 'bea' }, 'users[2]: must be an object, not a string'],
    [{ 'permissions[0].name': undefined }, 'permissions[0].name: is missing'],
    [{ 'users[0].password': '' }, 'users[0].password: is empty'],
    [{ 'users[0].flags': true }, 'users[0].flags: must be an object, not a boolean'],
    [
      { 'permissions[3]': { key: 'a b', name: 'Spaced' } },
      'permissions[3].key: "a b" has a space, a quote or a backslash in it',
    ],
    [{ 'users[0].email': 'olivia' }, 'users[0].email: "olivia" is not an email address'],
    [{ 'users[0].picture': 'olivia.png' }, 'users[0].picture: "olivia.png" is not an absolute URL'],
  ],
  'what is not known, with the nearest name': [
    [{ organisations: [] }, 'organisations: is not known; did you mean organizations?'],
    [
      { 'applications[0].callbackUrl': 'x' },
      'applications[0].callbackUrl: is not known; did you mean callbackUrls?',
    ],
    [{ 'roles[0].color': 'red' }, 'roles[0].color: is not known; known are key, name, permissions'],
  ],
  'what is there twice': [
    [
      { 'applications[1].id': 'express-demo' },
      'applications[1].id: "express-demo" is already in applications[0].id',
    ],
    [
      { 'users[0].id': 'kp_1', 'users[1].id': 'kp_1' },
      'users[1].id: "kp_1" is already in users[0].id',
    ],
    [
      { 'users[1].email': 'Owner@Example.com' },
      'users[1].email: "owner@example.com" is already in users[0].email',
    ],
    [
      { 'permissions[3]': { ...again, key: 'read:reports' } },
      'permissions[3].key: "read:reports" is already in permissions[0].key',
    ],
    [
      { 'roles[3]': { ...again, key: 'owner' } },
      'roles[3].key: "owner" is already in roles[0].key',
    ],
    [
      { 'flags[4]': { ...again, key: 'theme', type: 'string', value: '' } },
      'flags[4].key: "theme" is already in flags[1].key',
    ],
    [
      { 'organizations[2]': { code: 'org_acme', name: 'Again' } },
      'organizations[2].code: "org_acme" is already in organizations[0].code',
    ],
    [
      { 'apis[1]': { audience: reports, name: 'Again' } },
      `apis[1].audience: "${reports}" is already in apis[0].audience`,
    ],
    [
      { 'applications[5].apis[1]': { audience: reports } },
      `applications[5].apis[1].audience: "${reports}" is already in applications[5].apis[0].audience`,
    ],
    [
      { 'organizations[0].entitlements[1].key': 'projects' },
      'organizations[0].entitlements[1].key: "projects" is already in organizations[0].entitlements[0].key',
    ],
    [
      { 'users[0].memberships[0].roles': ['owner', 'owner'] },
      'users[0].memberships[0].roles[1]: "owner" is already in users[0].memberships[0].roles[0]',
    ],
    [
      { 'users[2].memberships[1].organization': 'org_acme' },
      'users[2].memberships[1].organization: "org_acme" is already in users[2].memberships[0].organization',
    ],
  ],
  'what refers to nothing': [
    [
      { 'roles[1].permissions': ['fly'] },
      'roles[1].permissions[0]: "fly" is not one of the permissions (read:reports, write:reports, manage:members)',
    ],
    [
      { 'users[0].memberships[0].roles': ['boss'] },
      'users[0].memberships[0].roles[0]: "boss" is not one of the roles (owner, analyst, member)',
    ],
    [
      { 'users[0].memberships[0].permissions': ['fly'] },
      'users[0].memberships[0].permissions[0]: "fly" is not one of the permissions (read:reports, write:reports, manage:members)',
    ],
    [
      { 'applications[0].apis[0].audience': 'https://x.example' },
      `applications[0].apis[0].audience: "https://x.example" is not one of the APIs (${reports}, management)`,
    ],
    [
      { 'applications[5].apis[0].scopes': ['fly'] },
      'applications[5].apis[0].scopes[0]: "fly" is not one of the scopes of the API (read:reports, write:reports)',
    ],
    [
      { 'applications[5].organization': 'org_x' },
      'applications[5].organization: "org_x" is not one of the organizations (org_acme, org_globex)',
    ],
    [
      { 'users[0].flags': { beta: true } },
      'users[0].flags.beta: is not one of the flags (beta_dashboard, theme, max_projects, layout)',
    ],
  ],
  'an application that breaks the rules of its kind': [
    [
      { 'applications[0].kind': 'spa' },
      'applications[0].kind: "spa" is not one of backend, frontend, machine',
    ],
    [
      { 'applications[2].secret': 'a'.repeat(40) },
      'applications[2].secret: a front-end application has no secret, since everybody could read it; leave it out, or make the kind "backend"',
    ],
    [
      { 'applications[0].secret': undefined },
      'applications[0].secret: is missing: a backend application proves itself with a secret; a front-end application is of the kind "frontend"',
    ],
    [
      { 'applications[5].secret': undefined },
      'applications[5].secret: is missing: a machine application proves itself with a secret',
    ],
    [
      { 'applications[0].secret': 'a'.repeat(15) },
      'applications[0].secret: is too short: 15 characters, 16 are needed',
    ],
    [
      { 'applications[5].callbackUrls': ['http://localhost:1/'] },
      'applications[5].callbackUrls: nobody signs in to a machine application; leave it out',
    ],
    [
      { 'applications[0].callbackUrls': [] },
      'applications[0].callbackUrls: has no URL, so a sign-in could lead nowhere',
    ],
    [
      { 'applications[0].organization': 'org_acme' },
      'applications[0].organization: is for machine applications; users choose their organization',
    ],
    [
      {
        'apis[1]': {
          audience: 'management',
          name: 'Mine',
          scopes: ['read:users', 'update:user_refresh_claims'],
        },
      },
      'apis[1].audience: "management" is built in; leave it out',
    ],
  ],
  'a URL that cannot be one': [
    [
      { 'applications[0].callbackUrls[0]': '/auth/callback' },
      'applications[0].callbackUrls[0]: "/auth/callback" is not an absolute URL such as http://localhost:3000/auth/callback',
    ],
    [
      { 'applications[0].callbackUrls[0]': 'http://localhost:1/#x' },
      'applications[0].callbackUrls[0]: "http://localhost:1/#x" has a hash; leave it out',
    ],
    [
      { 'applications[0].logoutUrls[0]': 'https://*.example.com/' },
      'applications[0].logoutUrls[0]: "https://*.example.com/" has a wildcard; name each URL in full',
    ],
    [
      { 'applications[0].callbackUrls[0]': 'javascript:alert(1)' },
      'applications[0].callbackUrls[0]: "javascript:alert(1)" is of a scheme that no application is at',
    ],
  ],
  'a value that does not fit': [
    [{ 'flags[2].value': 1.5 }, 'flags[2].value: must be an integer, not a fraction'],
    [{ 'flags[3].value': undefined }, 'flags[3].value: is missing'],
    [{ 'flags[3].value': Number.NaN }, 'flags[3].value: must be a JSON value, not a number'],
    [
      { 'flags[0].type': 'bool' },
      'flags[0].type: "bool" is not one of boolean, string, integer, json',
    ],
    [
      { 'users[0].flags.beta_dashboard': 'yes' },
      'users[0].flags.beta_dashboard: must be true or false, not a string',
    ],
    [
      { 'organizations[0].flags.max_projects': '3' },
      'organizations[0].flags.max_projects: must be an integer, not a string',
    ],
    [
      { 'organizations[0].entitlements[0].limitMin': 11 },
      'organizations[0].entitlements[0].limitMin: 11 is more than limitMax, 10',
    ],
  ],
  'organizations without one default': [
    [
      { 'organizations[0].isDefault': undefined },
      'organizations: none is the default; exactly one must have "isDefault": true',
    ],
    [
      { 'organizations[1].isDefault': true },
      'organizations: org_acme and org_globex are the default; exactly one must have "isDefault": true',
    ],
  ],
}

describe.each(Object.entries(cases))('readSeed refuses %s', (_what, rows) => {
  it.each(rows)('%j', (changes, problem) => {
    expect(findProblems(change(changes))).toEqual([problem])
  })
})
