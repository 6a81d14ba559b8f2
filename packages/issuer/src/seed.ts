/** A value that JSON can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue }

export interface Seed {
  applications: Application[]
  apis: Api[]
  permissions: Permission[]
  roles: Role[]
  flags: Flag[]
  organizations: Organization[]
  users: User[]
}

export interface Application {
  id: string
  name: string
  kind: 'backend' | 'frontend' | 'machine'
  secret?: string
  callbackUrls: string[]
  logoutUrls: string[]
  scopes: string[]
  apis: { audience: string; scopes: string[] }[]
  organization?: string
}

export interface Api {
  audience: string
  name: string
  scopes: string[]
}

export interface Permission {
  key: string
  name: string
  description?: string
}

export interface Role {
  key: string
  name: string
  permissions: string[]
}

export interface Flag {
  key: string
  name: string
  type: 'boolean' | 'string' | 'integer' | 'json'
  value: JsonValue
}

export interface Organization {
  code: string
  name: string
  flags?: Record<string, JsonValue>
  plan?: { key: string; name: string }
  entitlements?: { key: string; name: string; limitMax: number | null; limitMin?: number | null }[]
  isDefault?: boolean
}

export interface User {
  id: string
  email: string
  password: string
  givenName: string
  familyName: string
  picture?: string
  flags?: Record<string, JsonValue>
  memberships: { organization: string; roles: string[]; permissions?: string[] }[]
}

export const managementAudience = '{issuer}/api'
const reports = { audience: 'https://reports.trefoil.example', scopes: ['read:reports'] }
const scopes = ['openid', 'profile', 'email', 'offline']

function backend(id: string, name: string, port: number, secret: string): Application {
  const url = `http://localhost:${port}`
  return {
    id,
    name,
    kind: 'backend',
    secret,
    scopes,
    apis: [reports],
    callbackUrls: [`${url}/auth/callback`],
    logoutUrls: [url, `${url}/`],
  }
}

export function builtInSeed(): Seed {
  const seed: Seed = {
    applications: [
      backend(
        'express-demo',
        'Express demo',
        4501,
        'express1234567890123456789012345678901234567890',
      ),
      {
        id: 'react-demo',
        name: 'React demo',
        kind: 'frontend',
        callbackUrls: ['http://localhost:4503/', 'http://localhost:4503/callback'],
        logoutUrls: ['http://localhost:4503'],
        scopes,
        apis: [reports],
      },
      {
        id: 'machine-demo',
        name: 'Machine demo',
        kind: 'machine',
        secret: 'machine1234567890123456789012345678901234567890',
        callbackUrls: [],
        logoutUrls: [],
        scopes: [],
        apis: [
          reports,
          { audience: managementAudience, scopes: ['read:users', 'update:user_refresh_claims'] },
        ],
      },
      {
        id: 'machine-limited',
        name: 'Machine limited',
        kind: 'machine',
        secret: 'limited1234567890123456789012345678901234567890',
        callbackUrls: [],
        logoutUrls: [],
        scopes: [],
        apis: [],
      },
    ],
    apis: [{ ...reports, name: 'Reports' }],
    permissions: [{ key: 'read:reports', name: 'Read reports' }],
    roles: [
      { key: 'owner', name: 'Owner', permissions: ['read:reports'] },
      { key: 'member', name: 'Member', permissions: [] },
    ],
    flags: [{ key: 'beta_dashboard', name: 'Beta', type: 'boolean', value: false }],
    organizations: [
      { code: 'org_acme', name: 'Acme', isDefault: true },
      { code: 'org_globex', name: 'Globex' },
    ],
    users: [
      {
        id: 'kp_owner',
        email: 'owner@example.com',
        password: 'trefoil',
        givenName: 'Olivia',
        familyName: 'Owner',
        flags: { beta_dashboard: true },
        memberships: [{ organization: 'org_acme', roles: ['owner'] }],
      },
      {
        id: 'kp_member',
        email: 'member@example.com',
        password: 'trefoil',
        givenName: 'Max',
        familyName: 'Member',
        memberships: [{ organization: 'org_acme', roles: ['member'] }],
      },
      {
        id: 'kp_both',
        email: 'both@example.com',
        password: 'trefoil',
        givenName: 'Bo',
        familyName: 'Both',
        memberships: [
          { organization: 'org_acme', roles: ['member'] },
          { organization: 'org_globex', roles: ['owner'] },
        ],
      },
    ],
  }
  return structuredClone(seed)
}
