import type { Issuer } from '@trefoil/issuer'
import type { Browser } from './browser.ts'

/** A built application that is served, with an issuer of its own. */
export interface BuiltSite {
  readonly issuer: Issuer
  readonly url: string
  signIn(email?: string, returnTo?: string): Promise<Browser>
  /** Starts another server of the same site, which answers at an address of its own. */
  join(): Promise<{ readonly url: string }>
  /** Puts the clock of the first server forward. */
  passTime(seconds: number): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a {@link BuiltSite}. `CONTRACT_STORE` in the environment is the URL of a store for its sessions;
 * without it they are in cookies.
 */
export type BuiltSiteStart = (env?: Readonly<Record<string, string>>) => Promise<BuiltSite>
