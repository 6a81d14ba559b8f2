import { createHash, randomBytes } from 'node:crypto'
import type {
  Application,
  Flag,
  JsonValue,
  Organization,
  Permission,
  Role,
  Seed,
  User,
} from './seed.ts'

/** A user's membership of an organization. */
export type Membership = User['memberships'][number]

/** What somebody who registers gives. */
export type NewUser = Pick<User, 'email' | 'password' | 'givenName' | 'familyName'>

/** What a user may do where they are signed in to. */
export interface Rights {
  readonly permissions: Permission[]
  readonly roles: Role[]
  readonly flags: { readonly flag: Flag; readonly value: JsonValue }[]
}

/** What the issuer remembers of a user beside the seed. */
export interface Activity {
  readonly createdAt: number
  signIns: number
  failedSignIns: number
  lastSignedInAt: number | undefined
  /** Grows when the user's claims are to be read anew (KINDE-PROTOCOL section 10). */
  claimsVersion: number
}

/** Everything that is registered at one issuer: a copy of the seed and what has changed since. */
export class Directory {
  readonly seed: Seed
  readonly #managementAudience: string
  readonly #clock: () => number
  readonly #seeded: ReadonlySet<string>
  readonly #activities = new Map<string, Activity>()

  constructor(seed: Seed, managementAudience: string, clock: () => number) {
    this.seed = structuredClone(seed)
    this.#managementAudience = managementAudience
    this.#clock = clock
    this.#seeded = new Set(seed.users.map(({ id }) => id))
    for (const user of this.seed.users) this.activity(user)
  }

  application(id: string): Application | undefined {
    return this.seed.applications.find((application) => application.id === id)
  }

  /** Adds an application, or replaces the one with the same id. */
  addApplication(application: Application): void {
    const { applications } = this.seed
    const at = applications.findIndex(({ id }) => id === application.id)
    applications.splice(at < 0 ? applications.length : at, 1, structuredClone(application))
  }

  user(id: unknown): User | undefined {
    return this.seed.users.find((user) => user.id === id)
  }

  userByEmail(email: string): User | undefined {
    const wanted = email.trim().toLowerCase()
    return this.seed.users.find((user) => user.email.toLowerCase() === wanted)
  }

  organization(code: unknown): Organization | undefined {
    return this.seed.organizations.find((organization) => organization.code === code)
  }

  /** The users that the seed has, without those who registered. */
  seededUsers(): User[] {
    return this.seed.users.filter(({ id }) => this.#seeded.has(id))
  }

  /** The organizations of a user, in the order of their memberships. */
  organizationsOf(user: User): Organization[] {
    return user.memberships.flatMap(({ organization }) => this.organization(organization) ?? [])
  }

  membership(user: User, code: unknown): Membership | undefined {
    return user.memberships.find(({ organization }) => organization === code)
  }

  /** What an application may ask for of the APIs that these audiences name. */
  apisOf(application: Application, audiences: readonly string[]): Application['apis'] {
    return application.apis
      .map(({ audience, scopes }) => ({ audience: this.#resolve(audience), scopes }))
      .filter(({ audience }) => audiences.includes(audience) && this.#hasApi(audience))
  }

  /** Whether pages of this origin may call, because a front-end application is there. */
  allowsOrigin(origin: string): boolean {
    return this.seed.applications.some(
      ({ kind, callbackUrls }) =>
        kind === 'frontend' && callbackUrls.some((url) => URL.parse(url)?.origin === origin),
    )
  }

  /** Registers a user, who joins the default organization if there is one. */
  register(input: NewUser): User {
    const home = this.seed.organizations.find(({ isDefault }) => isDefault)
    const memberships = home ? [{ organization: home.code, roles: [] }] : []
    const user: User = { ...input, id: `kp_${randomHex()}`, memberships }
    this.seed.users.push(user)
    this.activity(user)
    return user
  }

  /** Creates an organization, whose first member may do everything there. */
  createOrganization(name: string, owner: User): Organization {
    const organization: Organization = { code: `org_${randomHex().slice(0, 12)}`, name }
    this.seed.organizations.push(organization)
    const { permissions, roles } = this.seed
    const owns = roles.some(({ key }) => key === 'owner')
    owner.memberships.push({
      organization: organization.code,
      roles: owns ? ['owner'] : [],
      permissions: owns ? [] : permissions.map(({ key }) => key),
    })
    return organization
  }

  /** What a user may do in an organization, or in none. */
  rights(user: User, code: string | undefined): Rights {
    const { permissions, roles, flags } = this.seed
    const membership = this.membership(user, code)
    const held = roles.filter(({ key }) => membership?.roles.includes(key))
    const keys = new Set([
      ...(membership?.permissions ?? []),
      ...held.flatMap((role) => role.permissions),
    ])
    const own = { ...this.organization(code)?.flags, ...user.flags }
    return {
      permissions: permissions.filter(({ key }) => keys.has(key)),
      roles: held,
      flags: flags.map((flag) => ({ flag, value: own[flag.key] ?? flag.value })),
    }
  }

  // The seed is written before the issuer has a URL, and so names the management API by a word.
  #resolve(audience: string): string {
    return audience === 'management' ? this.#managementAudience : audience
  }

  #hasApi(audience: string): boolean {
    if (audience === this.#managementAudience) return true
    return this.seed.apis.some((api) => api.audience === audience)
  }

  activity(user: User): Activity {
    const known = this.#activities.get(user.id)
    if (known) return known
    const createdAt = this.#clock()
    const fresh: Activity = {
      createdAt,
      signIns: 0,
      failedSignIns: 0,
      lastSignedInAt: undefined,
      claimsVersion: 0,
    }
    this.#activities.set(user.id, fresh)
    return fresh
  }
}

/** A stable id for something that the seed knows by its key. */
export function toId(prefix: string, key: string): string {
  return `${prefix}_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
}

function randomHex(): string {
  return randomBytes(16).toString('hex')
}
