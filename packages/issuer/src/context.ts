import type { Directory } from './directory.ts'
import type { Keys } from './keys.ts'
import type { PortalLink } from './endpoints/portal.ts'
import type { IssuerSettings } from './settings.ts'
import type { SignIns } from './sign-ins.ts'

/** What one issuer is made of; every part of it gets this and nothing is shared between issuers. */
export interface IssuerContext {
  readonly url: string
  /** The audience of the management API (KINDE-PROTOCOL section 9). */
  readonly managementAudience: string
  readonly directory: Directory
  readonly settings: IssuerSettings
  readonly keys: Keys
  readonly signIns: SignIns
  /** The organization that each browser session was last signed in to, by the session's uid. */
  readonly organizations: Map<string, string>
  /** Links to the portal by their keys. */
  readonly portalLinks: Map<string, PortalLink>
  /** The time in milliseconds since 1970. */
  readonly clock: () => number
}

/** The time in whole seconds, the unit of every timestamp in tokens. */
export function inSeconds(clock: () => number): number {
  return Math.floor(clock() / 1000)
}
