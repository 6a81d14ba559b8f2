import { describeLoad } from '@trefoil/contract/fixtures'
import { startSite } from './site.ts'

describeLoad(async () => startSite({ fixture: 'app' }))
