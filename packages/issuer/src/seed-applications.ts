import type { Api, Application, Organization } from './seed.ts'
import type { Place } from './seed-place.ts'

type Grant = Application['apis'][number]

const shortestSecret = 16

/** Reads the APIs. The management API is built in and may not be among them. */
export function readApis(place: Place): Api[] {
  return place.distinct('audience', readApi)
}

function readApi(place: Place): Api {
  const at = place.members(['audience', 'name', 'scopes'])
  const audience = at('audience').word()
  if (audience === 'management') at('audience').report('"management" is built in; leave it out')
  return { audience, name: at('name').text(), scopes: at('scopes').words() }
}

/** Reads the applications, each of which must keep the rules of its kind. */
export function readApplications(
  place: Place,
  apis: readonly Api[],
  organizations: readonly Organization[],
): Application[] {
  const codes = organizations.map(({ code }) => code)
  return place.distinct('id', (each) => readApplication(each, apis, codes))
}

function readApplication(
  place: Place,
  apis: readonly Api[],
  codes: readonly string[],
): Application {
  const at = place.members([
    'id',
    'name',
    'kind',
    'secret',
    'callbackUrls',
    'logoutUrls',
    'apis',
    'organization',
  ])
  const kind = at('kind').oneOf(['backend', 'frontend', 'machine'])
  const callbackUrls = at('callbackUrls').list(readUrl)
  const logoutUrls = at('logoutUrls').list(readUrl)
  const [secret, organization] = [at('secret'), at('organization')]
  if (kind) checkKind(kind, at)
  return {
    id: at('id').word(),
    name: at('name').text(),
    kind: kind ?? 'backend',
    ...(secret.isGiven && { secret: readSecret(secret) }),
    callbackUrls,
    logoutUrls,
    apis: readGrants(at('apis'), apis),
    ...(organization.isGiven && { organization: organization.reference('organizations', codes) }),
  }
}

type Members = (name: 'secret' | 'callbackUrls' | 'logoutUrls' | 'organization') => Place

function checkKind(kind: Application['kind'], at: Members): void {
  checkSecret(kind, at('secret'))
  const isMachine = kind === 'machine'
  if (!isMachine && at('organization').isGiven) {
    at('organization').report('is for machine applications; users choose their organization')
  }
  for (const urls of [at('callbackUrls'), at('logoutUrls')]) {
    if (isMachine && isFilled(urls))
      urls.report('nobody signs in to a machine application; leave it out')
  }
  if (!isMachine && !isFilled(at('callbackUrls'))) {
    at('callbackUrls').report('has no URL, so a sign-in could lead nowhere')
  }
}

function checkSecret(kind: Application['kind'], secret: Place): void {
  if (kind === 'frontend' && secret.isGiven) {
    secret.report(
      'a front-end application has no secret, since everybody could read it; leave it out, or make the kind "backend"',
    )
  }
  if (kind !== 'frontend' && !secret.isGiven) {
    const remedy = kind === 'backend' ? '; a front-end application is of the kind "frontend"' : ''
    secret.report(`is missing: a ${kind} application proves itself with a secret${remedy}`)
  }
}

// An empty list and one that is left out are the same.
function isFilled({ isGiven, value }: Place): boolean {
  return isGiven && !(Array.isArray(value) && value.length === 0)
}

function readSecret(place: Place): string {
  const secret = place.text()
  if (secret !== '' && secret.length < shortestSecret) {
    place.report(`is too short: ${secret.length} characters, ${shortestSecret} are needed`)
  }
  return secret
}

// Redirect URIs have no fragment (RFC 6749 section 3.1.2) and are compared as they are, so a wildcard
// would match nothing.
function readUrl(place: Place): string {
  const text = place.text()
  const problem = text === '' ? undefined : findUrlProblem(text)
  if (problem !== undefined) place.report(`"${text}" ${problem}`)
  return text
}

function findUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text))
    return 'is not an absolute URL such as http://localhost:3000/auth/callback'
  if (/^(javascript|data|vbscript|file|blob):/i.test(text))
    return 'is of a scheme that no application is at'
  if (text.includes('#')) return 'has a hash; leave it out'
  if (text.includes('*')) return 'has a wildcard; name each URL in full'
  return undefined
}

function readGrants(place: Place, apis: readonly Api[]): Grant[] {
  return place.distinct('audience', (each) => readGrant(each, apis))
}

function readGrant(place: Place, apis: readonly Api[]): Grant {
  const at = place.members(['audience', 'scopes'])
  const audience = at('audience').reference('APIs', [
    ...apis.map((api) => api.audience),
    'management',
  ])
  const api = apis.find((each) => each.audience === audience)
  const scopes = api
    ? at('scopes').references(`scopes of the API`, api.scopes)
    : at('scopes').words()
  return { audience, scopes }
}
