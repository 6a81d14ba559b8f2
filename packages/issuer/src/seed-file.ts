import type { Permission, Role, Seed } from './seed.ts'
import { readApis, readApplications } from './seed-applications.ts'
import { readFlags } from './seed-flags.ts'
import { readOrganizations } from './seed-organizations.ts'
import { Place } from './seed-place.ts'
import { readUsers } from './seed-users.ts'

/** A seed that has mistakes. */
export class SeedError extends Error {
  override readonly name: string = 'SeedError'
  /** Every mistake, after its path: `users[1].email: is missing`. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`
    super(`The seed has ${count}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads a seed, such as the parsed JSON of a seed file. It must have the shape of {@link Seed}, but a
 * list that is left out, be it a section or one within, is empty.
 *
 * Throws a {@link SeedError} that names all mistakes at once.
 *
 * @example
 * const seed = readSeed(JSON.parse(await readFile('seed.json', 'utf8')))
 * const issuer = await startIssuer({ seed })
 */
export function readSeed(value: unknown): Seed {
  const problems: string[] = []
  const seed = readSections(new Place(value, '', problems))
  if (problems.length > 0) throw new SeedError(problems)
  return seed
}

// What is referred to comes before what refers to it.
function readSections(place: Place): Seed {
  const at = place.members([
    'applications',
    'apis',
    'permissions',
    'roles',
    'flags',
    'organizations',
    'users',
  ])
  const permissions = readPermissions(at('permissions'))
  const roles = readRoles(at('roles'), permissions)
  const flags = readFlags(at('flags'))
  const organizations = readOrganizations(at('organizations'), flags)
  const apis = readApis(at('apis'))
  const applications = readApplications(at('applications'), apis, organizations)
  const users = readUsers(at('users'), { permissions, roles, flags, organizations })
  return { applications, apis, permissions, roles, flags, organizations, users }
}

function readPermissions(place: Place): Permission[] {
  return place.distinct('key', readPermission)
}

function readPermission(place: Place): Permission {
  const at = place.members(['key', 'name', 'description'])
  const description = at('description')
  return {
    key: at('key').word(),
    name: at('name').text(),
    ...(description.isGiven && { description: description.text() }),
  }
}

function readRoles(place: Place, permissions: readonly Permission[]): Role[] {
  const keys = permissions.map(({ key }) => key)
  return place.distinct('key', (each) => {
    const at = each.members(['key', 'name', 'permissions'])
    return {
      key: at('key').word(),
      name: at('name').text(),
      permissions: at('permissions').references('permissions', keys),
    }
  })
}
