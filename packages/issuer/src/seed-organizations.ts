import type { Flag, Organization } from './seed.ts'
import { readFlagValues } from './seed-flags.ts'
import type { Place } from './seed-place.ts'

type Entitlement = NonNullable<Organization['entitlements']>[number]

/** Reads the organizations, of which exactly one must be the default. */
export function readOrganizations(place: Place, flags: readonly Flag[]): Organization[] {
  const organizations = place.distinct('code', (each) => readOrganization(each, flags))
  const defaults = organizations.filter(({ isDefault }) => isDefault).map(({ code }) => code)
  if (organizations.length > 0 && defaults.length !== 1) {
    const found = defaults.length === 0 ? 'none is' : `${defaults.join(' and ')} are`
    place.report(`${found} the default; exactly one must have "isDefault": true`)
  }
  return organizations
}

function readOrganization(place: Place, flags: readonly Flag[]): Organization {
  const at = place.members(['code', 'name', 'flags', 'plan', 'entitlements', 'isDefault'])
  const [plan, entitlements, isDefault] = [at('plan'), at('entitlements'), at('isDefault')]
  const own = at('flags')
  return {
    code: at('code').word(),
    name: at('name').text(),
    ...(own.isGiven && { flags: readFlagValues(own, flags) }),
    ...(plan.isGiven && { plan: readPlan(plan) }),
    ...(entitlements.isGiven && { entitlements: readEntitlements(entitlements) }),
    ...(isDefault.isGiven && { isDefault: isDefault.boolean() }),
  }
}

function readPlan(place: Place): NonNullable<Organization['plan']> {
  const at = place.members(['key', 'name'])
  return { key: at('key').word(), name: at('name').text() }
}

function readEntitlements(place: Place): Entitlement[] {
  return place.distinct('key', readEntitlement)
}

function readEntitlement(place: Place): Entitlement {
  const at = place.members(['key', 'name', 'limitMax', 'limitMin'])
  const limitMax = readLimit(at('limitMax'))
  const limitMin = at('limitMin').isGiven ? readLimit(at('limitMin')) : undefined
  if (limitMax !== null && limitMin !== undefined && limitMin !== null && limitMin > limitMax) {
    at('limitMin').report(`${limitMin} is more than limitMax, ${limitMax}`)
  }
  return {
    key: at('key').word(),
    name: at('name').text(),
    limitMax,
    ...(limitMin !== undefined && { limitMin }),
  }
}

function readLimit(place: Place): number | null {
  return place.value === null ? null : place.integer()
}
