'use client'

import type { LoginRequest } from '@trefoil/core/frontend'
import type { ReactElement } from 'react'
import { ActionLink, type LinkAttributes, routeUrl } from './action-link.tsx'
import { useAuthScope } from './auth-context.ts'

/** What {@link LoginLink} and {@link RegisterLink} take: a {@link LoginRequest}, and attributes of `<a>`. */
export type LoginLinkProps = LinkAttributes & LoginRequest

/**
 * A link to the sign-in page. It comes back to `returnTo`, by default to where the page is.
 *
 * @example
 * <LoginLink className="button">Sign in</LoginLink>
 */
export function LoginLink(props: LoginLinkProps): ReactElement {
  const { actions, basePath } = useAuthScope('<LoginLink>')
  const [request, attributes] = splitRequest(props)
  const href = loginUrl(basePath, 'login', request)
  return <ActionLink {...attributes} href={href} act={async () => actions.login(request)} />
}

/** A link to the registration page; takes what {@link LoginLink} takes. */
export function RegisterLink(props: LoginLinkProps): ReactElement {
  const { actions, basePath } = useAuthScope('<RegisterLink>')
  const [request, attributes] = splitRequest(props)
  const href = loginUrl(basePath, 'register', request)
  return <ActionLink {...attributes} href={href} act={async () => actions.register(request)} />
}

/** What {@link SwitchOrganizationLink} takes. */
export interface SwitchOrganizationLinkProps extends LinkAttributes {
  /** The code of the organization. */
  readonly organization: string
  /** Where to go afterwards. Default: where the page is. */
  readonly returnTo?: string
}

/**
 * A link that signs in to another organization of the user.
 *
 * @example
 * <SwitchOrganizationLink organization="org_globex">Globex</SwitchOrganizationLink>
 */
export function SwitchOrganizationLink({
  organization,
  returnTo,
  ...attributes
}: SwitchOrganizationLinkProps): ReactElement {
  const { actions, basePath } = useAuthScope('<SwitchOrganizationLink>')
  const query = { org_code: organization, returnTo }
  return (
    <ActionLink
      {...attributes}
      href={routeUrl(basePath, 'switch-organization', query)}
      act={async () => actions.switchOrganization(organization, withReturn(returnTo))}
    />
  )
}

/** What {@link CreateOrganizationLink} takes. */
export interface CreateOrganizationLinkProps extends LinkAttributes {
  /** The name of the new organization; the provider asks for it where it is left out. */
  readonly organizationName?: string
  /** Where to go afterwards. Default: where the page is. */
  readonly returnTo?: string
}

/** A link that creates an organization and signs in to it. */
export function CreateOrganizationLink({
  organizationName,
  returnTo,
  ...attributes
}: CreateOrganizationLinkProps): ReactElement {
  const { actions, basePath } = useAuthScope('<CreateOrganizationLink>')
  const name = organizationName === undefined ? {} : { name: organizationName }
  const query = { org_name: organizationName, returnTo }
  return (
    <ActionLink
      {...attributes}
      href={routeUrl(basePath, 'create-organization', query)}
      act={async () => actions.createOrganization({ ...name, ...withReturn(returnTo) })}
    />
  )
}

function splitRequest({
  returnTo,
  organization,
  loginHint,
  parameters,
  ...attributes
}: LoginLinkProps): [LoginRequest, LinkAttributes] {
  const request: LoginRequest = {
    ...withReturn(returnTo),
    ...(organization !== undefined && { organization }),
    ...(loginHint !== undefined && { loginHint }),
    ...(parameters !== undefined && { parameters }),
  }
  return [request, attributes]
}

function withReturn(returnTo: string | undefined): { readonly returnTo?: string } {
  return returnTo === undefined ? {} : { returnTo }
}

function loginUrl(
  basePath: string | null,
  route: 'login' | 'register',
  { returnTo, organization, loginHint, parameters }: LoginRequest,
): string {
  const query = { ...parameters, org_code: organization, login_hint: loginHint, returnTo }
  return routeUrl(basePath, route, query)
}
