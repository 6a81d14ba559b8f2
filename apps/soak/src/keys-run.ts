import type { App } from './app.ts'
import { createPerson } from './person.ts'
import type { Provider } from './provider.ts'

/** What a run came to. */
export interface KeysResult {
  readonly requests: number
  /** Answers to good tokens that were not 200. */
  readonly refused: number
  /** How often the key set was fetched. */
  readonly fetches: number
}

/** Verifies tokens by the newest key and by older ones while the provider takes a new key every ten seconds. */
export async function runKeys(
  app: App,
  provider: Provider,
  { rotations, parallel }: { rotations: number; parallel: number },
): Promise<KeysResult> {
  const before = provider.hits('/.well-known/jwks')
  const tokens: string[] = []
  let requests = 0
  let refused = 0
  for (let rotation = 0; rotation < rotations; rotation++) {
    // oxlint-disable-next-line no-await-in-loop -- one rotation after the other
    await provider.rotateKey()
    // oxlint-disable-next-line no-await-in-loop
    tokens.push(await provider.accessToken(`kp_${rotation + 1}`))
    // The newest first, so that many meet the unknown key at once.
    const asked = [...tokens].reverse()
    // oxlint-disable-next-line no-await-in-loop
    const pages = await Promise.all(
      Array.from({ length: parallel }, async (_, index) => {
        const authorization = `Bearer ${asked[index % asked.length] ?? ''}`
        return createPerson('kp_0').browser.fetch(`${app.url}/api`, { headers: { authorization } })
      }),
    )
    requests += pages.length
    refused += pages.filter(({ status }) => status !== 200).length
    provider.shift(10_000)
    // oxlint-disable-next-line no-await-in-loop
    await app.shift(10_000)
  }
  return { requests, refused, fetches: provider.hits('/.well-known/jwks') - before }
}
