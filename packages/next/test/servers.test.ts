import { describeServers } from '@trefoil/contract/fixtures'
import { startSite } from './site.ts'

describeServers(async (env) => startSite({ fixture: 'app', ...(env && { env }) }))
