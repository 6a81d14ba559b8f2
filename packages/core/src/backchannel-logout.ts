import type { BackendContext } from './backend-context.ts'
import { TrefoilError } from './errors.ts'
import { verifyLogoutToken } from './logout-token.ts'
import type { Outcome } from './outcome.ts'
import { routeHeaders } from './pages.ts'
import type { AppRequest } from './request.ts'

// A logout token is a small JWT.
const maxLength = 65_536

/**
 * Answers the provider's back-channel logout (OpenID Connect Back-Channel Logout 1.0 section 2.5): the
 * sessions that the logout token names end in every process within a second.
 *
 * Throws `feature_unavailable` without a store or deny list to remember it, `content_type_unsupported`,
 * `content_too_large` and `request_invalid`.
 */
export async function handleBackchannelLogout(
  request: AppRequest,
  { config, provider, keeper }: BackendContext,
): Promise<Outcome> {
  if (!config.session.store && !config.session.denyList) {
    throw new TrefoilError('feature_unavailable')
  }
  const token = await readLogoutToken(request)
  const target = await verifyLogoutToken(token, config.clientId, provider)
  await keeper.endAll(target)
  const { subject } = target
  config.onEvent({ type: 'ended_elsewhere', ...(subject !== undefined && { subject }) })
  return { status: 200, headers: routeHeaders, cookies: [] }
}

async function readLogoutToken({ view }: AppRequest): Promise<string> {
  const type = view.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    throw new TrefoilError('content_type_unsupported')
  }
  if (Number(view.header('content-length') ?? 0) > maxLength) {
    throw new TrefoilError('content_too_large')
  }
  const body = await view.text?.(maxLength).catch((error: unknown) => {
    throw isTooLarge(error) ? halfRead() : error
  })
  const tokens = new URLSearchParams(body ?? '').getAll('logout_token')
  if (tokens.length === 1 && tokens[0]) return tokens[0]
  throw new TrefoilError('request_invalid', { message: 'The parameter logout_token is missing.' })
}

function isTooLarge(error: unknown): boolean {
  return error instanceof TrefoilError && error.code === 'content_too_large'
}

// The rest of the body is not read, so no other request can come after it on this connection.
function halfRead(): TrefoilError {
  return new TrefoilError('content_too_large', { headers: { connection: 'close' } })
}
