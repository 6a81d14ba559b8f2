import type { Contender } from '../harness/contender.ts'
import { loadPeer } from '../harness/peers.ts'

/** A client without dependencies, with the wrapper that keeps its token. */
export const contender: Contender = {
  async machine({ issuer, clientId, clientSecret, audience }) {
    const { OAuth2Client, OAuth2Fetch } = await loadPeer<Badgateway>('@badgateway/oauth2-client')
    const client = new OAuth2Client({
      server: issuer,
      clientId,
      clientSecret,
      tokenEndpoint: '/oauth2/token',
    })
    const wrapper = new OAuth2Fetch({
      client,
      getNewToken: async () => client.clientCredentials({ extraParams: { audience } }),
    })
    return async () => wrapper.getAccessToken()
  },
}

interface Badgateway {
  readonly OAuth2Client: new (options: object) => { clientCredentials(options: object): unknown }
  readonly OAuth2Fetch: new (options: object) => { getAccessToken(): Promise<string> }
}
