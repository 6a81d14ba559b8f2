import type { App, AppSettings } from './app.ts'
import { type ChildApp, startChildApp } from './child-app.ts'
import { createPerson, type Person } from './person.ts'
import { type Provider, startProvider } from './provider.ts'

/** A provider and the processes of one site, which share its secret and its store. */
export interface Site {
  readonly provider: Provider
  readonly apps: readonly ChildApp[]
  /** Moves the clock of all of them. */
  shift(milliseconds: number): Promise<void>
  close(): Promise<void>
}

/** Starts a {@link Site} of so many processes. */
export async function startSite(
  processes: number,
  settings: Omit<AppSettings, 'issuer' | 'clientId'> = {},
): Promise<Site> {
  const provider = await startProvider()
  const { issuer, clientId } = provider
  const apps = await Promise.all(
    Array.from({ length: processes }, () => startChildApp({ ...settings, issuer, clientId })),
  )
  return {
    provider,
    apps,
    async shift(milliseconds) {
      provider.shift(milliseconds)
      await Promise.all(apps.map((app) => app.shift(milliseconds)))
    },
    async close() {
      await Promise.all(apps.map((app) => app.close()))
      await provider.stop()
    },
  }
}

/** Signs people in, in turn at one app and the next. */
export async function signInPeople(apps: readonly App[], count: number): Promise<Person[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const person = createPerson(`kp_${index + 1}`)
      const page = await person.signIn(pick(apps, index))
      if (page.status !== 200) throw new Error(`Nobody could sign in: ${page.status} ${page.text}`)
      return person
    }),
  )
}

/** One of a list, in turn. */
export function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('The list is empty.')
  return item
}
