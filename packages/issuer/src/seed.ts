/** A value that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue }

/**
 * Everything that is registered at an issuer when it starts, as plain JSON. The issuer keeps a copy of
 * its own, to which users, organizations and applications are added while it runs.
 */
export interface Seed {
  applications: Application[]
  apis: Api[]
  permissions: Permission[]
  roles: Role[]
  flags: Flag[]
  organizations: Organization[]
  users: User[]
}

/** An application, of one of Kinde's three kinds. */
export interface Application {
  /** Its `client_id`. */
  readonly id: string
  readonly name: string
  /** `backend` and `machine` have a secret, `frontend` has none and must use PKCE. */
  readonly kind: 'backend' | 'frontend' | 'machine'
  /** Its `client_secret`, sixteen characters at least. */
  readonly secret?: string
  /** Where a sign-in may lead: compared character by character (RFC 9700 section 2.1). */
  readonly callbackUrls: string[]
  /** Where `/logout` may lead, compared in the same way. */
  readonly logoutUrls: string[]
  /**
   * The APIs that tokens may be for, and the scopes that may be asked for there. The audience
   * `management` is the issuer's own management API, `<issuer>/api`.
   */
  readonly apis: { audience: string; scopes: string[] }[]
  /** The code of the organization that a machine application is bound to, which its tokens then name. */
  readonly organization?: string
}

/** An API that access tokens are for. */
export interface Api {
  /** The `aud` of its tokens. */
  readonly audience: string
  readonly name: string
  readonly scopes: string[]
}

/** What a user may do, such as `read:reports`. */
export interface Permission {
  readonly key: string
  readonly name: string
  readonly description?: string
}

/** A set of permissions that members of an organization are given together. */
export interface Role {
  readonly key: string
  readonly name: string
  /** Keys of permissions. */
  readonly permissions: string[]
}

/** A feature flag, with the value for everybody who has no other. */
export interface Flag {
  readonly key: string
  readonly name: string
  readonly type: 'boolean' | 'string' | 'integer' | 'json'
  readonly value: JsonValue
}

/** An organization that users belong to. */
export interface Organization {
  /** What `org_code` says. */
  readonly code: string
  readonly name: string
  /** Values of flags by their keys, for the members. */
  flags?: Record<string, JsonValue>
  /** What the organization subscribed to. */
  plan?: { key: string; name: string }
  /** What the plan allows; a `limitMax` of `null` is no limit. */
  entitlements?: { key: string; name: string; limitMax: number | null; limitMin?: number | null }[]
  /** Whether those who register become members; true for exactly one organization. */
  readonly isDefault?: boolean
}

/** Somebody who can sign in. */
export interface User {
  /** What `sub` says, such as `kp_5f1c…`. */
  readonly id: string
  /** What they sign in with, in any case. */
  email: string
  /** In plain text: this is for development, and the sign-in page has a button for each user. */
  password: string
  givenName: string
  familyName: string
  /** The URL of a picture. */
  picture?: string
  /** Values of flags by their keys, before those of the organization. */
  flags?: Record<string, JsonValue>
  /** The organizations the user belongs to, with the keys of roles and of further permissions there. */
  memberships: { organization: string; roles: string[]; permissions?: string[] }[]
}

/**
 * A fresh copy of the built-in seed: an application for the quick start and one for each of Trefoil's
 * demos, two organizations, and three users whose password is `trefoil`.
 *
 * @example
 * const seed = createSeed()
 * seed.permissions.push({ key: 'delete:reports', name: 'Delete reports' })
 * const issuer = await startIssuer({ seed })
 */
export function createSeed(): Seed {
  return structuredClone({
    applications: createApplications(),
    apis: [{ audience: reports, name: 'Reports', scopes: ['read:reports', 'write:reports'] }],
    permissions,
    roles,
    flags,
    organizations,
    users,
  })
}

const reports = 'https://reports.trefoil.example'

const permissions: Permission[] = [
  {
    key: 'read:reports',
    name: 'Read reports',
    description: 'See the reports of the organization.',
  },
  { key: 'write:reports', name: 'Write reports', description: 'Add and change reports.' },
  { key: 'manage:members', name: 'Manage members', description: 'Invite and remove members.' },
]

const roles: Role[] = [
  { key: 'owner', name: 'Owner', permissions: permissions.map(({ key }) => key) },
  { key: 'analyst', name: 'Analyst', permissions: ['read:reports'] },
  { key: 'member', name: 'Member', permissions: [] },
]

const flags: Flag[] = [
  { key: 'beta_dashboard', name: 'Beta dashboard', type: 'boolean', value: false },
  { key: 'theme', name: 'Theme', type: 'string', value: 'light' },
  { key: 'max_projects', name: 'Most projects', type: 'integer', value: 3 },
  { key: 'layout', name: 'Layout', type: 'json', value: { columns: 2, sidebar: true } },
]

const organizations: Organization[] = [
  {
    code: 'org_acme',
    name: 'Acme',
    isDefault: true,
    flags: { max_projects: 10 },
    plan: { key: 'pro', name: 'Pro' },
    entitlements: [
      { key: 'projects', name: 'Projects', limitMin: 1, limitMax: 10 },
      { key: 'exports', name: 'Exports', limitMax: null },
    ],
  },
  {
    code: 'org_globex',
    name: 'Globex',
    plan: { key: 'free', name: 'Free' },
    entitlements: [{ key: 'projects', name: 'Projects', limitMax: 3 }],
  },
]

const password = 'trefoil'

const users: User[] = [
  {
    id: 'kp_0a8c5f1e7b3d4926a1c4e8f05d7b9211',
    email: 'owner@example.com',
    password,
    givenName: 'Olivia',
    familyName: 'Owner',
    flags: { beta_dashboard: true, theme: 'dark', layout: { columns: 3, sidebar: true } },
    memberships: [{ organization: 'org_acme', roles: ['owner'] }],
  },
  {
    id: 'kp_1b9d60af8c4e4a37b2d5f9a16e8c0322',
    email: 'member@example.com',
    password,
    givenName: 'Max',
    familyName: 'Member',
    memberships: [{ organization: 'org_acme', roles: ['member'] }],
  },
  {
    id: 'kp_2cae71b09d5f4b48c3e60ab27f9d1433',
    email: 'both@example.com',
    password,
    givenName: 'Bea',
    familyName: 'Both',
    memberships: [
      { organization: 'org_acme', roles: ['member'] },
      { organization: 'org_globex', roles: ['analyst'] },
    ],
  },
]

function createApplications(): Application[] {
  return [
    backend('express-demo', 'Express demo', 4501),
    backend('next-demo', 'Next demo', 4502),
    frontend('react-demo', 'React demo', 4503),
    backend('nuxt-demo', 'Nuxt demo', 4504),
    frontend('javascript-demo', 'JavaScript demo', 4506),
    machine('machine-demo', 'Machine demo', [
      { audience: reports, scopes: ['read:reports'] },
      { audience: 'management', scopes: ['read:users', 'update:user_refresh_claims'] },
    ]),
    machine('machine-limited', 'Limited machine', []),
    backend('quick-start', 'Quick start', 3000),
  ]
}

function backend(id: string, name: string, port: number): Application {
  const site = `http://localhost:${port}`
  const callbackUrls = [`${site}/auth/callback`]
  return { id, kind: 'backend', secret: localSecret(name), callbackUrls, ...shared(name, site) }
}

function frontend(id: string, name: string, port: number): Application {
  const site = `http://localhost:${port}`
  const callbackUrls = [`${site}/callback`, site, `${site}/`]
  return { id, kind: 'frontend', callbackUrls, ...shared(name, site) }
}

// No scope of the API: what a user may do there is a matter of permissions, not of the application.
function shared(name: string, site: string): Pick<Application, 'name' | 'logoutUrls' | 'apis'> {
  return { name, logoutUrls: [site, `${site}/`], apis: [{ audience: reports, scopes: [] }] }
}

function machine(id: string, name: string, apis: Application['apis']): Application {
  const secret = localSecret(name)
  return { id, name, kind: 'machine', secret, callbackUrls: [], logoutUrls: [], apis }
}

// As long as Kinde's and as alphanumeric, and nobody takes it for a real one.
function localSecret(name: string): string {
  return `localUseOnly${name.replaceAll(' ', '')}SecretThatOpensNothingElse`
}
