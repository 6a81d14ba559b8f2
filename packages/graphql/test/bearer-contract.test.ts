import { describeBearerContract } from '@trefoil/contract'
import { askContract } from './ask.ts'
import { servers } from './servers.ts'

for (const [name, start] of servers) {
  describeBearerContract(name, async ({ port, issuerUrl: issuer, audience, timeout }) => {
    const { url, close } = await start({ port, auth: { issuer, audience, timeout, env: {} } })
    return { ask: (question) => askContract(url, question), close }
  })
}
