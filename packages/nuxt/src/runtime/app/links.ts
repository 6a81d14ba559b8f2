import type { LoginRequest, PortalPage } from '@trefoil/core/frontend'
import { defineComponent, h, type PropType, type SetupContext, type VNode } from 'vue'
import { useScope } from './use-scope'

type Query = Readonly<Record<string, string | undefined>> & {
  readonly returnTo: string | undefined
}

const text = { type: String, default: undefined }

const loginProps = {
  /** Where to go afterwards: a path of this site. Default: where the page is. */
  returnTo: text,
  /** The code of the organization to sign in to. */
  organization: text,
  /** Fills in the sign-in form. */
  loginHint: text,
  /** Further parameters that the preset lets through. */
  parameters: { type: Object as PropType<Record<string, string>>, default: undefined },
}

/**
 * A link to the sign-in page. It comes back to `returnTo`, by default to where the page is.
 *
 * @example
 * <LoginLink class="button">Sign in</LoginLink>
 */
export const LoginLink = defineComponent({
  name: 'LoginLink',
  props: loginProps,
  setup(props, { slots }) {
    const { store, basePath } = useScope()
    return () => {
      const request = toRequest(props)
      return link(loginUrl(basePath, 'login', request), async () => store.login(request), slots)
    }
  },
})

/** A link to the registration page; takes what {@link LoginLink} takes. */
export const RegisterLink = defineComponent({
  name: 'RegisterLink',
  props: loginProps,
  setup(props, { slots }) {
    const { store, basePath } = useScope()
    return () => {
      const request = toRequest(props)
      return link(
        loginUrl(basePath, 'register', request),
        async () => store.register(request),
        slots,
      )
    }
  },
})

/**
 * A link that signs in to another organization of the user.
 *
 * @example
 * <SwitchOrganizationLink organization="org_globex">Globex</SwitchOrganizationLink>
 */
export const SwitchOrganizationLink = defineComponent({
  name: 'SwitchOrganizationLink',
  props: { organization: { type: String, required: true }, returnTo: text },
  setup(props, { slots }) {
    const { store, basePath } = useScope()
    return () => {
      const { organization, returnTo } = props
      const href = routeUrl(basePath, 'switch-organization', { org_code: organization, returnTo })
      return link(
        href,
        async () => store.switchOrganization(organization, given({ returnTo })),
        slots,
      )
    }
  },
})

/** A link that creates an organization and signs in to it. */
export const CreateOrganizationLink = defineComponent({
  name: 'CreateOrganizationLink',
  props: {
    /** The name of the new organization; the provider asks for it where it is left out. */
    organizationName: text,
    returnTo: text,
  },
  setup(props, { slots }) {
    const { store, basePath } = useScope()
    return () => {
      const { organizationName: name, returnTo } = props
      const href = routeUrl(basePath, 'create-organization', { org_name: name, returnTo })
      return link(href, async () => store.createOrganization(given({ name, returnTo })), slots)
    }
  },
})

/**
 * A link to Kinde's self-service portal.
 *
 * @example
 * <PortalLink page="plan_details" return-to="/dashboard">Your plan</PortalLink>
 */
export const PortalLink = defineComponent({
  name: 'PortalLink',
  props: {
    /** The page of the portal, such as `organization_members`. Default: the user's profile. */
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- how Vue is told the type of a text
    page: { type: String as PropType<PortalPage>, default: undefined },
    returnTo: text,
  },
  setup(props, { slots }) {
    const { store, basePath } = useScope()
    return () => {
      const { page, returnTo } = props
      const href = routeUrl(basePath, 'portal', { subnav: page, returnTo })
      // With a server session it is a plain link to a route of the server.
      if (basePath !== null) return h('a', { rel: 'nofollow', href }, slots['default']?.())
      return link(href, async () => store.openPortal(given({ page, returnTo })), slots)
    }
  },
})

/**
 * A button that signs out, here and at the provider. It is no `<a>`, because a link can be followed by
 * a prefetch or from another site; with a server session it is a form that posts, so it works before
 * the script is there as well.
 *
 * @example
 * <LogoutLink class="quiet">Sign out</LogoutLink>
 */
export const LogoutLink = defineComponent({
  name: 'LogoutLink',
  inheritAttrs: false,
  setup(_props, { slots, attrs }) {
    const { store, basePath } = useScope()
    const logout = (event: MouseEvent): void => {
      // What goes wrong is the `error` of the snapshot.
      if (!event.defaultPrevented) store.logout().catch(() => undefined)
    }
    return () => {
      const content = slots['default']?.()
      if (basePath === null)
        return h('button', { ...attrs, type: 'button', onClick: logout }, content)
      const button = h('button', { ...attrs, type: 'submit' }, content)
      return h('form', { method: 'post', action: `${basePath}/logout` }, [button])
    }
  },
})

/**
 * A plain link whose ordinary click acts; opened in another tab, or before the script is there, it is
 * a link. `nofollow` keeps crawlers and speculation rules away, and the server refuses prefetches.
 */
function link(href: string, act: () => Promise<void>, slots: SetupContext['slots']): VNode {
  const onClick = (event: MouseEvent): void => {
    if (!isOrdinary(event)) return
    event.preventDefault()
    // What goes wrong is the `error` of the snapshot.
    act().catch(() => undefined)
  }
  return h('a', { rel: 'nofollow', href, onClick }, slots['default']?.())
}

// Any other click asks the browser for a new tab, a new window or a download.
function isOrdinary(event: MouseEvent): boolean {
  const isModified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
  const target = event.currentTarget instanceof HTMLAnchorElement ? event.currentTarget.target : ''
  return !event.defaultPrevented && event.button === 0 && !isModified && /^(_self)?$/.test(target)
}

// A front-end app has no such routes: there it is the page to come back to, or this one, for a new tab.
function routeUrl(basePath: string | null, route: string, query: Query): string {
  if (basePath === null) return query.returnTo ?? '#'
  const search = new URLSearchParams(given(query)).toString()
  return `${basePath}/${route}${search === '' ? '' : `?${search}`}`
}

function loginUrl(
  basePath: string | null,
  route: 'login' | 'register',
  request: LoginRequest,
): string {
  const { returnTo, organization, loginHint, parameters } = request
  const query = { ...parameters, org_code: organization, login_hint: loginHint, returnTo }
  return routeUrl(basePath, route, query)
}

function toRequest(props: {
  returnTo?: string | undefined
  organization?: string | undefined
  loginHint?: string | undefined
  parameters?: Record<string, string> | undefined
}): LoginRequest {
  const { returnTo, organization, loginHint, parameters } = props
  return given({ returnTo, organization, loginHint, parameters })
}

/** The members that are there. */
function given<Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
