'use client'

import type { PortalPage, PortalVisit } from '@trefoil/core/frontend'
import type { ReactElement } from 'react'
import { ActionLink, type LinkAttributes, routeUrl } from './action-link.tsx'
import { useAuthScope } from './auth-context.ts'

/** What {@link PortalLink} takes. */
export interface PortalLinkProps extends LinkAttributes {
  /** The page of the portal, such as `organization_members`. Default: the user's profile. */
  readonly page?: PortalPage
  /** Where the portal leads back to: a path of this site. Default: where a sign-in ends. */
  readonly returnTo?: string
}

/**
 * A link to Kinde's self-service portal. With a server session it is a plain link to a route of the
 * server; in a front-end app a click asks Kinde for a link that works once and follows it. What goes
 * wrong then is the `error` of `useAuth`.
 *
 * @example
 * <PortalLink page="plan_details" returnTo="/dashboard">Your plan</PortalLink>
 */
export function PortalLink({ page, returnTo, ...attributes }: PortalLinkProps): ReactElement {
  const { actions, basePath } = useAuthScope('<PortalLink>')
  const href = routeUrl(basePath, 'portal', { subnav: page, returnTo })
  if (basePath !== null) return <a rel="nofollow" {...attributes} href={href} />
  const visit: PortalVisit = {
    ...(page !== undefined && { page }),
    ...(returnTo !== undefined && { returnTo }),
  }
  return <ActionLink {...attributes} href={href} act={async () => actions.openPortal(visit)} />
}
