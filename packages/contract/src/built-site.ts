import type { Issuer } from '@trefoil/issuer'
import { type Browser, createBrowser, type Page } from './browser.ts'

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

/** Signs in at a site of the local issuer, as a person does. */
export async function signInAt(
  routes: string,
  email: string = 'owner@example.com',
  returnTo: string = '/',
): Promise<Browser> {
  const browser = createBrowser()
  const form = await browser.visit(`${routes}/login?${new URLSearchParams({ returnTo })}`)
  await browser.submit(form, { email, password: 'trefoil' })
  return browser
}

/** The text of an element with a `data-testid`. */
export function readMark({ text }: Page, mark: string): string | undefined {
  const found = new RegExp(`data-testid="${mark}">(.*?)</`, 's').exec(text)
  // React marks where one text ends and the next begins.
  return found?.[1]?.replaceAll('<!-- -->', '')
}
