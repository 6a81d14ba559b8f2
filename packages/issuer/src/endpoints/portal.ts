import { randomBytes } from 'node:crypto'
import type { IssuerContext } from '../context.ts'
import { errorPage, pageHeaders, portalPage } from '../pages/index.ts'
import { endpoint } from './account-api.ts'
import { apiError, type Call, type Caller, type Endpoint, json } from './endpoint.ts'

const pages = [
  'profile',
  'organization_details',
  'organization_members',
  'organization_payment_details',
  'organization_plan_details',
  'organization_plan_selection',
  'payment_details',
  'plan_details',
  'plan_selection',
]

/** A link to the portal that was not followed yet. */
export interface PortalLink {
  readonly userId: string
  readonly organization: string | undefined
  readonly page: string
  readonly returnUrl: string | undefined
}

/** The self-service portal: a link that opens it once, and a page to come back from. */
export const portalEndpoints: readonly Endpoint[] = [
  endpoint('portal_link', async (caller, call) => createLink(caller, call)),
  {
    methods: ['GET'],
    path: /^\/portal_redirect$/,
    isForPages: false,
    answer: ({ query, context }) => openPortal(query.get('key') ?? '', context),
  },
]

function createLink(caller: Caller, { query, context }: Call): Response {
  const returnUrl = query.get('return_url') ?? undefined
  if (returnUrl !== undefined && !/^https?:$/.test(URL.parse(returnUrl)?.protocol ?? '')) {
    return apiError(400, 'INVALID_RETURN_URL', 'return_url must be an absolute URL.')
  }
  const page = query.get('subnav') || 'profile'
  if (!pages.includes(page)) return apiError(400, 'INVALID_SUBNAV', 'subnav is not a page.')
  const key = randomBytes(24).toString('base64url')
  const { user, organization } = caller
  context.portalLinks.set(key, { userId: user.id, organization, page, returnUrl })
  return json({ url: `${context.url}/portal_redirect?key=${key}` })
}

function openPortal(key: string, { directory, portalLinks }: IssuerContext): Response {
  const link = portalLinks.get(key)
  portalLinks.delete(key)
  const user = directory.user(link?.userId)
  if (!link || !user) {
    const message = 'This link to the portal was used before, or never was one.'
    return html(errorPage({ code: 'portal_link_used', message }), 400)
  }
  const organization = directory.organization(link.organization)
  return html(portalPage({ user, organization, page: link.page, returnUrl: link.returnUrl }), 200)
}

function html(body: string, status: number): Response {
  return new Response(body, { status, headers: pageHeaders([]) })
}
