import type { Contender } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/** The token provider of Auth0's management client. */
export const contender: Contender = {
  async machine({ issuer, clientId, clientSecret, audience }) {
    const { TokenProvider } = await loadPeer<Auth0>('auth0')
    const provider = new TokenProvider({
      domain: new URL(issuer).host,
      clientId,
      clientSecret,
      audience,
      // It speaks https alone; a benchmark on this machine does not.
      fetch: async (url: string, init: RequestInit) => fetch(url.replace('https:', 'http:'), init),
    })
    return async () => provider.getAccessToken()
  },
}

interface Auth0 {
  readonly TokenProvider: new (options: object) => { getAccessToken(): Promise<string> }
}
