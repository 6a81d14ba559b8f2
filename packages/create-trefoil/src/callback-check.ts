import { type Finding, ok, problem, unknown } from './finding.ts'
import type { Project } from './project.ts'
import type { Provider } from './provider-check.ts'
import { readSite } from './settings-check.ts'

/** How the authorization endpoint answers a request that a browser was not sent on with. */
type Answer =
  /** The person is to sign in, or is sent back with an error. */
  | { readonly kind: 'redirect'; readonly to: URL }
  /** It shows an error page instead (RFC 6749 section 4.1.2.1). */
  | { readonly kind: 'refused' }
  | { readonly kind: 'page' }
  | { readonly kind: 'unknown' }

/**
 * Asks whether the callback URL is registered, by the beginning of a sign-in: once with the callback
 * URL, and once with one that nobody registered. Where both are answered alike, the server does not
 * tell. `isKnown` says that the client id is known for certain, so it cannot be what is refused.
 */
export async function checkCallback(
  project: Project,
  { authorizationUrl }: Provider,
  isKnown: boolean,
): Promise<Finding> {
  const callback = authorizationUrl.searchParams.get('redirect_uri') ?? ''
  if (readSite(project) === undefined) return unknown('callback URL', noSite)
  const stranger = new URL(authorizationUrl)
  stranger.searchParams.set('redirect_uri', 'https://unregistered.trefoil.invalid/callback')
  const [own, other] = await Promise.all([ask(authorizationUrl, project), ask(stranger, project)])
  if (own.kind === 'redirect' && isAt(own.to, callback)) return explainError(own.to, callback)
  if (own.kind === 'refused') return isKnown ? explainUnregistered(callback) : untold(callback)
  if (own.kind === 'redirect' && isAlike(own, other)) return untold(callback)
  return own.kind === 'redirect' || (own.kind === 'page' && other.kind === 'refused')
    ? ok('callback URL', `${callback} is registered.`)
    : untold(callback)
}

const noSite = 'The site is not named: say --app to have its callback URL asked about.'

async function ask(url: URL, { fetch: send = fetch }: Project): Promise<Answer> {
  const request = { redirect: 'manual', signal: AbortSignal.timeout(5000) } as const
  const response = await send(url, request).catch(() => undefined)
  await response?.body?.cancel()
  const location = response?.headers.get('location') ?? ''
  if (response && location !== '' && URL.canParse(location, url)) {
    return { kind: 'redirect', to: new URL(location, url) }
  }
  if (response?.status === 200) return { kind: 'page' }
  const isRefused = response && response.status >= 400 && response.status < 500
  return { kind: isRefused && response.status !== 429 ? 'refused' : 'unknown' }
}

// A sign-in page may have the attempt in its path, an error page has not.
function isAlike(own: Extract<Answer, { kind: 'redirect' }>, other: Answer): boolean {
  if (other.kind !== 'redirect') return other.kind === 'unknown'
  return shape(own.to) === shape(other.to)
}

function shape({ origin, pathname }: URL): string {
  return `${origin}/${pathname.split('/').find((part) => part !== '') ?? ''}`
}

function isAt(url: URL, callback: string): boolean {
  return `${url.origin}${url.pathname}` === callback
}

// It was sent to, so it is registered; what is wrong is something else.
function explainError(url: URL, callback: string): Finding {
  const error = url.searchParams.get('error') ?? ''
  if (!/^[\w.-]{1,64}$/.test(error)) return ok('callback URL', `${callback} is registered.`)
  return problem(
    'authorization request',
    `The authorization server refuses the sign-in with ${error}.`,
    'Check that the application is authorized for the APIs in KINDE_AUDIENCE and may have the scopes in KINDE_SCOPE.',
  )
}

function explainUnregistered(callback: string): Finding {
  return problem(
    'callback URL',
    `${callback} is not registered for this application.`,
    'Add it, letter by letter, to the allowed callback URLs of the application; or set KINDE_SITE_URL (or --callback-path) to what is registered.',
  )
}

function untold(callback: string): Finding {
  return unknown(
    'callback URL',
    `The authorization server does not tell whether ${callback} is registered; see that it is.`,
  )
}
