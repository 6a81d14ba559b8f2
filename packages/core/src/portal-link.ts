import { askAccountApi, invalidAccountAnswer } from './account-request.ts'
import { asText } from './internal/encoding.ts'
import type { Provider } from './provider.ts'

/** A page of Kinde's self-service portal. */
export type PortalPage =
  | 'profile'
  | 'organization_details'
  | 'organization_members'
  | 'organization_payment_details'
  | 'organization_plan_details'
  | 'organization_plan_selection'
  | 'payment_details'
  | 'plan_details'
  | 'plan_selection'

/** What a link to the portal is asked for. */
export interface PortalRequest {
  /** Absolute: where the portal leads back to. */
  readonly returnUrl: string
  readonly page?: PortalPage
}

/**
 * Asks for a link that opens the portal of one user once. Throws as {@link askAccountApi} does. Source:
 * KINDE-PROTOCOL section 8.
 */
export async function requestPortalLink(
  { returnUrl, page }: PortalRequest,
  accessToken: string,
  provider: Provider,
): Promise<URL> {
  const query = { return_url: returnUrl, ...(page !== undefined && { subnav: page }) }
  const { url } = await askAccountApi('portal_link', query, accessToken, provider)
  return toPortalUrl(url, provider)
}

// The browser is sent there, so it must be a page of the issuer's or of Kinde's, whose portal may stay
// under its own domain when the issuer has a custom one (KINDE-PROTOCOL section 8).
function toPortalUrl(value: unknown, { config }: Provider): URL {
  const text = asText(value)
  if (text === undefined || !URL.canParse(text)) throw invalidAccountAnswer('no portal URL')
  const url = new URL(text)
  const isKinde = url.protocol === 'https:' && url.hostname.endsWith('.kinde.com')
  const isOwn = url.origin === new URL(config.issuer).origin
  if ((isOwn || isKinde) && url.username === '' && url.password === '') return url
  throw invalidAccountAnswer('a portal URL of another site')
}
