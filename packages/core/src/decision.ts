import { ConfigurationError, type MissingRights } from './errors.ts'

/**
 * The keys of an application, declared once so that a misspelled key fails to compile. Every member
 * is optional; what is not declared stays `string`.
 *
 * @example
 * declare module '@trefoil/core' {
 *   interface Keys {
 *     permission: 'read:reports' | 'write:reports'
 *     role: 'owner' | 'member'
 *     flag: 'beta_dashboard'
 *   }
 * }
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- an interface is what users can extend
export interface Keys {}

type KeyOf<Kind extends string> = Keys extends Record<Kind, infer Key extends string> ? Key : string

/** A permission key: any text, or the declared ones (see {@link Keys}). */
export type PermissionKey = KeyOf<'permission'>
/** A role key: any text, or the declared ones (see {@link Keys}). */
export type RoleKey = KeyOf<'role'>
/** A feature flag key: any text, or the declared ones (see {@link Keys}). */
export type FlagKey = KeyOf<'flag'>

/** JSON, which is what a feature flag's value can be. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** An organization that a user belongs to; `name` is null when the tokens do not tell it. */
export interface Organization {
  readonly code: string
  readonly name: string | null
}

/** What someone may do, as read from verified tokens. Sessions and verified bearer tokens have it. */
export interface Rights {
  /** The organization signed in to. */
  readonly organization: Organization | null
  readonly permissions: readonly string[]
  /** Role keys. Kinde leaves roles out of tokens unless asked (KINDE-PROTOCOL section 5). */
  readonly roles: readonly string[]
  /** Feature flags and their values; a value whose type was not the declared one is left out. */
  readonly flags: Readonly<Record<string, JsonValue>>
  readonly scopes: readonly string[]
}

/** What is needed. Every member given must hold; an empty requirement only needs someone. */
export interface Requirement {
  /** All of these permissions. */
  readonly permissions?: readonly PermissionKey[]
  /** At least one of these permissions. */
  readonly anyPermission?: readonly PermissionKey[]
  /** All of these roles. */
  readonly roles?: readonly RoleKey[]
  /** All of these boolean feature flags are on. */
  readonly flags?: readonly FlagKey[]
  /** The code of the organization signed in to. */
  readonly organization?: string
  /** All of these scopes of the access token. */
  readonly scopes?: readonly string[]
}

/** The answer of {@link decide}. */
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: 'not_authenticated' }
  | { readonly allowed: false; readonly reason: 'access_denied'; readonly missing: MissingRights }

const names = ['permissions', 'anyPermission', 'roles', 'flags', 'organization', 'scopes']

/**
 * Decides whether someone meets a requirement. Every guard of every adapter calls it.
 *
 * Nobody is denied, and so is missing or unknown data: a flag that is not exactly `true`, an
 * organization that the tokens do not name. It throws {@link ConfigurationError} for a requirement
 * with a member it does not know, because such a guard would protect less than its author thinks.
 *
 * @example
 * const decision = decide(session, { permissions: ['read:reports'] })
 * if (!decision.allowed) return
 */
export function decide(rights: Rights | null | undefined, requirement: Requirement = {}): Decision {
  assertRequirement(requirement)
  if (!rights) return { allowed: false, reason: 'not_authenticated' }
  const missing = findMissing(rights, requirement)
  return Object.keys(missing).length === 0
    ? { allowed: true }
    : { allowed: false, reason: 'access_denied', missing }
}

/**
 * Throws {@link ConfigurationError} when a requirement has a member that is unknown or of the wrong
 * shape. Guards call it when they are made, so a mistake shows at start-up.
 */
export function assertRequirement(requirement: Requirement): void {
  // A set, a function or `true` has no members to look at, and would let everybody in.
  if (!isPlainObject(requirement)) {
    throw new ConfigurationError([
      "a requirement must be an object, such as { permissions: ['read:reports'] }.",
    ])
  }
  const problems = Object.entries(requirement).flatMap(([name, value]) => {
    const problem = findProblem(name, value)
    return problem ? [`requirement.${name} ${problem}`] : []
  })
  if (problems.length > 0) throw new ConfigurationError(problems)
}

function findProblem(name: string, value: unknown): string | undefined {
  if (!names.includes(name)) return `is not known: use ${names.join(', ')}.`
  if (name === 'organization') {
    return typeof value === 'string'
      ? undefined
      : 'must be an organization code; leave it out when none is needed.'
  }
  if (!isTexts(value)) return 'must be a list of keys; leave it out when none is needed.'
  const isHopeless = name === 'anyPermission' && value.length === 0
  return isHopeless ? 'is empty, which nobody can meet: name permissions.' : undefined
}

/**
 * Says whether a permission is granted.
 *
 * @example
 * if (hasPermission(session, 'write:reports')) showEditor()
 */
export function hasPermission(rights: Rights | null | undefined, key: PermissionKey): boolean {
  return rights?.permissions.includes(key) ?? false
}

/** Says whether a role is held. */
export function hasRole(rights: Rights | null | undefined, key: RoleKey): boolean {
  return rights?.roles.includes(key) ?? false
}

/**
 * Gives a feature flag's value, or `fallback` when nobody is signed in, the flag is unknown, or its
 * value is of another type than the fallback.
 *
 * @example
 * const theme = getFlag(session, 'theme', 'light')
 */
export function getFlag<Value extends JsonValue>(
  rights: Rights | null | undefined,
  key: FlagKey,
  fallback: Value,
): Widen<Value> | Value {
  const flags = rights?.flags
  const value = flags && Object.hasOwn(flags, key) ? flags[key] : undefined
  return isSameType(value, fallback) ? value : fallback
}

/** `true` and `false` are both `boolean` to a caller who gave `false` as the fallback. */
export type Widen<Value> = Value extends boolean
  ? boolean
  : Value extends string
    ? string
    : Value extends number
      ? number
      : Value

function isSameType<Value>(value: unknown, fallback: Value): value is Widen<Value> {
  return kindOf(value) === kindOf(fallback)
}

// Says null, a list and an object apart, which `typeof` does not.
function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value)
}

function findMissing(rights: Rights, need: Requirement): MissingRights {
  const any = need.anyPermission
  return {
    ...without('permissions', need.permissions, rights.permissions),
    ...(any && !any.some((key) => rights.permissions.includes(key)) && { anyPermission: any }),
    ...without('roles', need.roles, rights.roles),
    ...(need.flags && without('flags', need.flags, flagsThatAreOn(rights))),
    ...without('scopes', need.scopes, rights.scopes),
    ...(need.organization !== undefined &&
      need.organization !== rights.organization?.code && { organization: need.organization }),
  }
}

function without(
  name: 'permissions' | 'roles' | 'flags' | 'scopes',
  needed: readonly string[] | undefined,
  held: readonly string[],
): MissingRights {
  const missing = needed?.filter((key) => !held.includes(key)) ?? []
  return missing.length === 0 ? {} : { [name]: missing }
}

function flagsThatAreOn(rights: Rights): string[] {
  return Object.keys(rights.flags).filter((key) => rights.flags[key] === true)
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  // By the form of the prototype chain, because another realm has an `Object` of its own.
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')
}
