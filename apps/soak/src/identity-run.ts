import type { Page } from '@trefoil/contract/browser'
import type { App } from './app.ts'
import { createPerson, type Person } from './person.ts'
import type { Fault, Provider } from './provider.ts'
import { createRandom } from './random.ts'
import { pick } from './site.ts'

/** Where a run takes place. */
export interface Place {
  readonly provider: Provider
  readonly apps: readonly App[]
  /** Moves the clock of all of them. */
  shift(milliseconds: number): Promise<void>
}

/** How long a run is. */
export interface IdentityScale {
  readonly users: number
  readonly requests: number
  /** How many requests are under way at once. */
  readonly parallel: number
  readonly seed: number
}

/** What a run came to. */
export interface IdentityResult {
  /** How many answers told who they were for. */
  told: number
  /** Answers with another user's data; each is a catastrophe. */
  readonly mixUps: string[]
  /** How often each status came. */
  readonly statuses: Record<number, number>
  readonly actions: Record<Action, number>
  faults: number
  refreshes: number
}

type Action = 'read' | 'burst' | 'session' | 'renew' | 'sign-out' | 'switch'

// Each up to its share of one.
const shares: readonly (readonly [Action, number])[] = [
  ['read', 0.6],
  ['burst', 0.7],
  ['session', 0.8],
  ['renew', 0.86],
  ['sign-out', 0.93],
  ['switch', 1],
]
// Often enough for many renewals, and not so far that a sign-in under way expires.
const steps = 40
const step = 5 * 60_000
const lifetime = 600

/**
 * Has many people use a site at once, with refreshes, sign-outs, changes of organization, and a provider
 * that fails now and then, and holds every answer against who asked.
 */
export async function runIdentity(
  place: Place,
  { users, requests, parallel, seed }: IdentityScale,
): Promise<IdentityResult> {
  const { provider, apps } = place
  const random = createRandom(seed)
  const people = Array.from({ length: users }, (_, index) => createPerson(`kp_${index + 1}`))
  const result: IdentityResult = {
    told: 0,
    mixUps: [],
    statuses: {},
    actions: { read: 0, burst: 0, session: 0, renew: 0, 'sign-out': 0, switch: 0 },
    faults: 0,
    refreshes: 0,
  }
  let left = requests
  let nextStep = requests - Math.ceil(requests / steps)
  provider.accessTokenLifetime = lifetime
  provider.intercept = async ({ path }) => {
    const fault = path === '/oauth2/auth' ? undefined : chooseFault(random())
    if (fault !== undefined) result.faults += 1
    await new Promise((resolve) => setTimeout(resolve, random() * 10))
    return fault
  }

  const note = (person: Person, page: Page): void => {
    left -= 1
    result.statuses[page.status] = (result.statuses[page.status] ?? 0) + 1
    const found = findUsers(page)
    if (found.length > 0) result.told += 1
    const others = found.filter((user) => user !== person.id)
    if (others.length > 0) result.mixUps.push(`${person.id} was answered as ${others.join(', ')}`)
  }

  const act = async (): Promise<void> => {
    const person = pick(people, Math.floor(random() * users))
    const app = pick(apps, Math.floor(random() * apps.length))
    const dice = random()
    const action = shares.find(([, share]) => dice < share)?.[0] ?? 'read'
    result.actions[action] += 1
    if (action === 'burst') {
      const paths = ['/page', '/data', '/auth/session', '/page', '/data']
      const pages = await Promise.all(
        paths.map((path, index) => person.get(pick(apps, index), path)),
      )
      for (const page of pages) note(person, page)
      if (pages.some(({ status }) => status === 401)) note(person, await person.signIn(app))
      return
    }
    if (action === 'sign-out') return note(person, await person.signOut(app))
    if (action === 'switch') {
      const code = random() < 0.5 ? 'org_1' : 'org_2'
      return note(person, await person.switchOrganization(app, code))
    }
    const page = await person.get(app, pathOf(action, random()))
    note(person, page)
    if (page.status === 401) note(person, await person.signIn(app))
  }

  const work = async (): Promise<void> => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- every answer takes one off
    while (left > 0) {
      // oxlint-disable-next-line no-await-in-loop -- a worker does one thing after the other
      await act()
      if (left > nextStep) continue
      nextStep -= Math.ceil(requests / steps)
      // oxlint-disable-next-line no-await-in-loop
      await place.shift(step)
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  provider.intercept = undefined
  result.refreshes = provider.grants.counts.refreshes
  return result
}

function pathOf(action: Action, dice: number): string {
  if (action === 'session') return '/auth/session'
  if (action === 'renew') return '/renew'
  return dice < 0.5 ? '/page' : '/data'
}

function chooseFault(dice: number): Fault | undefined {
  if (dice < 0.02) return 503
  if (dice < 0.03) return 500
  if (dice < 0.04) return 'reset'
  if (dice < 0.05) return 'lost'
  return undefined
}

// Everything in an answer that tells a user, wherever it stands.
function findUsers(page: Page): string[] {
  return page.text.match(/kp_\d+/g) ?? []
}
