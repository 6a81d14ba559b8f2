import { inspect } from 'node:util'
import { expect } from 'vitest'
import type { BackendConfig } from '../src/backend-config.ts'
import type { BackendOptions } from '../src/backend-options.ts'
import { TrefoilError } from '../src/errors.ts'
import { createProvider, type Provider } from '../src/provider.ts'
import { createFakeProvider, type FakeProvider } from './fake-provider.ts'
import { createConfig } from './settings.ts'

/** A client of a {@link FakeProvider}, and the time both live in. */
export interface Client {
  readonly fake: FakeProvider
  readonly config: BackendConfig
  readonly provider: Provider
  /** Milliseconds; a test moves it. */
  readonly time: { now: number }
}

/** Makes a {@link Client}; `changes` are options of a back-end application. */
export async function createClient(changes: BackendOptions = {}): Promise<Client> {
  const time = { now: Date.UTC(2026, 10, 25) }
  const clock = (): number => time.now
  const fake = await createFakeProvider({ clock })
  const config = createConfig({ fetch: fake.fetch, clock, ...changes })
  return { fake, config, provider: createProvider(config), time }
}

/** The {@link TrefoilError} that a task fails with. */
export async function failureOf(task: Promise<unknown>): Promise<TrefoilError> {
  const error = await task.then(
    () => 'nothing, it succeeded',
    (thrown: unknown) => thrown,
  )
  if (error instanceof TrefoilError) return error
  throw new Error(`a TrefoilError was expected, but got ${inspect(error)}`)
}

/** Asserts that nothing an error shows or holds, however deep, has one of the texts. */
export function expectNothingOf(error: TrefoilError, secrets: readonly string[]): void {
  const all = inspect(error, { depth: 20, showHidden: true, maxStringLength: Infinity })
  for (const secret of secrets) expect(all).not.toContain(secret)
}
