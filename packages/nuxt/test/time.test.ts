import { describeTime } from '@trefoil/contract/fixtures'
import { startSite } from './site.ts'

describeTime(async () => startSite('app'))
