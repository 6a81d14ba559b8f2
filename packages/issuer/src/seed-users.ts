import type { Flag, Organization, Permission, Role, User } from './seed.ts'
import { readFlagValues } from './seed-flags.ts'
import type { Place } from './seed-place.ts'

type Membership = User['memberships'][number]

/** What users refer to. */
export interface Vocabulary {
  readonly permissions: readonly Permission[]
  readonly roles: readonly Role[]
  readonly flags: readonly Flag[]
  readonly organizations: readonly Organization[]
}

/** Reads the users; two may not have the same email, in any case. */
export function readUsers(place: Place, vocabulary: Vocabulary): User[] {
  const users = place.distinct('id', (each) => readUser(each, vocabulary))
  place.refuseTwins(
    users.map(({ email }) => email.toLowerCase()),
    'email',
  )
  return users
}

function readUser(place: Place, vocabulary: Vocabulary): User {
  const at = place.members([
    'id',
    'email',
    'password',
    'givenName',
    'familyName',
    'picture',
    'flags',
    'memberships',
  ])
  const [picture, flags] = [at('picture'), at('flags')]
  return {
    id: at('id').word(),
    email: readEmail(at('email')),
    password: at('password').text(),
    givenName: at('givenName').text(),
    familyName: at('familyName').text(),
    ...(picture.isGiven && { picture: readPicture(picture) }),
    ...(flags.isGiven && { flags: readFlagValues(flags, vocabulary.flags) }),
    memberships: readMemberships(at('memberships'), vocabulary),
  }
}

function readEmail(place: Place): string {
  const email = place.text()
  if (email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    place.report(`"${email}" is not an email address`)
  }
  return email
}

function readPicture(place: Place): string {
  const url = place.text()
  if (url !== '' && !URL.canParse(url)) place.report(`"${url}" is not an absolute URL`)
  return url
}

function readMemberships(place: Place, vocabulary: Vocabulary): Membership[] {
  return place.distinct('organization', (each) => readMembership(each, vocabulary))
}

function readMembership(place: Place, vocabulary: Vocabulary): Membership {
  const at = place.members(['organization', 'roles', 'permissions'])
  const codes = vocabulary.organizations.map(({ code }) => code)
  const roles = vocabulary.roles.map(({ key }) => key)
  const keys = vocabulary.permissions.map(({ key }) => key)
  const permissions = at('permissions')
  return {
    organization: at('organization').reference('organizations', codes),
    roles: at('roles').references('roles', roles),
    ...(permissions.isGiven && { permissions: permissions.references('permissions', keys) }),
  }
}
