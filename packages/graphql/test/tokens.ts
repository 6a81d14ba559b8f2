import { createFakeProvider, type FakeProvider } from '../../core/test/fake-provider.ts'
import type { AuthOptions } from '../src/index.ts'

export const audience = 'https://api.example'

/** A provider, and the options of a server that trusts it. */
export async function setUpProvider(
  clock: () => number = Date.now,
): Promise<{ provider: FakeProvider; auth: AuthOptions }> {
  const provider = await createFakeProvider({ clock })
  const { issuer, fetch } = provider
  return { provider, auth: { issuer, fetch, audience, clock, env: {} } }
}
