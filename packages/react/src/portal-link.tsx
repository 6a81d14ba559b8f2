'use client'

import { TrefoilError } from '@trefoil/core'
import type { ReactElement } from 'react'
import { type LinkAttributes, routeUrl } from './action-link.tsx'
import { useAuthScope } from './auth-context.ts'

/** What {@link PortalLink} takes. */
export interface PortalLinkProps extends LinkAttributes {
  /** The page of the portal, such as `profile` or `organization_members`. */
  readonly page?: string
  /** Where the portal leads back to: a path of this site. Default: the home page. */
  readonly returnTo?: string
}

/**
 * A link to Kinde's self-service portal, by way of the server that holds the session. A front-end app
 * has no such server: there it throws `feature_unavailable`.
 */
export function PortalLink({ page, returnTo, ...attributes }: PortalLinkProps): ReactElement {
  const { basePath } = useAuthScope('<PortalLink>')
  if (basePath === null) {
    throw new TrefoilError('feature_unavailable', {
      message: '<PortalLink> needs a server session: only a server can ask for the link.',
    })
  }
  const href = routeUrl(basePath, 'portal', { subnav: page, returnTo })
  return <a rel="nofollow" {...attributes} href={href} />
}
