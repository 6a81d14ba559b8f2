import { describe } from 'vitest'
import { describeAttacks } from './attack-cases.ts'
import { describeBackchannelLogout } from './backchannel-cases.ts'
import type { StartApp, Traits } from './contract-app.ts'
import { describeHostile } from './hostile-cases.ts'
import { describeHostileRefresh } from './hostile-refresh-cases.ts'
import { describeLimits } from './limit-cases.ts'
import { describeLogin } from './login-cases.ts'
import { describePages } from './page-cases.ts'
import { describeSession } from './session-cases.ts'

export {
  type ApiAnswer,
  type ApiSettings,
  askRest,
  type ContractApi,
  describeBearerContract,
  type Question,
  type StartApi,
} from './bearer-cases.ts'
export { type HostileProvider, startHostileProvider } from './hostile-provider.ts'
export { type Browser, createBrowser } from './browser.ts'
export type { ContractApp, ContractSettings, StartApp, Traits } from './contract-app.ts'

/**
 * The cases that every server adapter must pass, run against an app that `start` serves.
 *
 * @example
 * describeAdapterContract('Express 5', startExpressApp)
 */
export function describeAdapterContract(name: string, start: StartApp, traits: Traits = {}): void {
  // Generous: what is checked here is never how fast the machine is.
  describe(`${name} keeps the adapter contract`, { timeout: 20_000 }, () => {
    describePages(start, traits)
    describeLogin(start)
    describeSession(start)
    describeAttacks(start)
    describeLimits(start)
    describeHostile(start)
    describeHostileRefresh(start)
    describeBackchannelLogout(start)
  })
}
