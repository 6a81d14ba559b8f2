import type { LoginRequest } from './auth-store.ts'
import { assertSingle, redeemCode } from './authorization-code.ts'
import { buildAuthorizationUrl, readParameters, startTransaction } from './authorization-request.ts'
import { TrefoilError } from './errors.ts'
import type { FrontendContext } from './frontend-context.ts'
import { isAnswer } from './frontend-options.ts'
import type { FrontendSession } from './frontend-session.ts'
import { createLoginAttempts } from './login-attempts.ts'
import type { LoginIntent, LoginTransaction } from './login-transaction.ts'
import { toReturnPath } from './return-path.ts'
import type { SessionRecord } from './session.ts'
import { revokeRefreshToken } from './revocation.ts'

/** The way to the provider and back. */
export interface SignIn {
  /** Goes to the provider. */
  begin(intent: LoginIntent, request?: LoginRequest): Promise<void>
  /** Handles an answer, once; gives the return path, or `undefined` when the URL is no answer. */
  handle(url?: string): Promise<string | undefined>
  /** Asks the provider in a hidden frame; `undefined` when it would have to ask the user. */
  silently(): Promise<SessionRecord | undefined>
  /** Forgets all attempts. */
  forget(): void
}

// A provider that may not be framed shows nothing and says nothing.
const silence = 4_000

/** Makes a {@link SignIn}. */
export function createSignIn(session: FrontendSession, context: FrontendContext): SignIn {
  const { page, config, provider, prefix, store } = context
  const attempts = createLoginAttempts(page.tabStore, prefix, config.clock)
  // After a sign-in that failed, the next one leads where that one would have.
  let meant: string | undefined
  let handled: { readonly href: string; readonly path: Promise<string> } | undefined

  return {
    async begin(intent, request = {}) {
      store.update({ error: null })
      attempts.assertNoLoop()
      const returnTo =
        toReturnPath(request.returnTo) ?? here(context) ?? meant ?? config.postLoginPath
      const parameters = toParameters(request, context)
      const { attempt, url } = await prepare({ intent, parameters, returnTo }, context)
      attempts.keep(attempt)
      page.assign(url.href)
    },
    async handle(href = page.url().href) {
      const url = new URL(href)
      if (handled?.href === href) return handled.path
      if (url.origin !== config.origin || !isAnswer(url, config.callbackPath)) return undefined
      // At once: whatever comes of it, the code may not stay where scripts and servers read it.
      if (page.url().href === href) page.replaceUrl(url.pathname)
      const attempt = attempts.take(url.searchParams.get('state') ?? '')
      meant = attempt?.returnTo
      handled = { href, path: redeem(url, attempt, session, context) }
      await handled.path
      attempts.count()
      return handled.path
    },
    async silently() {
      if (!config.silentLogin) return undefined
      try {
        const parameters = { prompt: 'none' }
        const login = { intent: 'login', parameters, returnTo: config.postLoginPath } as const
        const { attempt, url } = await prepare(login, context)
        const answer = new URL(await page.askFrame(url.href, AbortSignal.timeout(silence)))
        assertSingle(answer.searchParams)
        return await redeemCode(answer.searchParams, attempt, config, provider)
      } catch {
        // Nobody asked for it, so nobody is told: whoever wants to sign in is asked then.
        return undefined
      }
    },
    forget: () => attempts.clear(),
  }
}

async function prepare(
  request: Omit<Parameters<typeof startTransaction>[0], 'origin'>,
  context: FrontendContext,
): Promise<{ attempt: LoginTransaction; url: URL }> {
  const { config, provider } = context
  await assertAble(context)
  const login = { ...request, origin: config.origin }
  const attempt = startTransaction(login, config)
  return { attempt, url: await buildAuthorizationUrl(attempt, login, config, provider) }
}

async function redeem(
  { searchParams }: URL,
  attempt: LoginTransaction | undefined,
  session: FrontendSession,
  { config, provider }: FrontendContext,
): Promise<string> {
  assertSingle(searchParams)
  // An error for a state that is not ours says nothing of the provider's.
  if (!attempt) {
    throw new TrefoilError(searchParams.has('state') ? 'transaction_missing' : 'callback_invalid')
  }
  const record = await redeemCode(searchParams, attempt, config, provider)
  const { refreshToken } = session.stored()?.tokens ?? {}
  session.adopt(record)
  // The session that this one replaces must not live on in somebody's copy of its token.
  if (refreshToken !== undefined) void revokeRefreshToken(refreshToken, config, provider)
  return attempt.returnTo
}

async function assertAble({ page, provider }: FrontendContext): Promise<void> {
  if (!page.canSign()) {
    throw new TrefoilError('browser_unsupported', {
      message: 'The cryptography that a sign-in needs is there over https and on localhost only.',
    })
  }
  const { code_challenge_methods_supported: methods } = await provider.metadata()
  if (methods === undefined || methods.includes('S256')) return
  throw new TrefoilError('provider_response_invalid', {
    message:
      'The authorization server does not take PKCE with S256, which a front-end application needs.',
  })
}

function toParameters(
  { organization, loginHint, parameters }: LoginRequest,
  { config }: FrontendContext,
): Record<string, string> {
  const query = new URLSearchParams({
    ...parameters,
    ...(organization !== undefined && { org_code: organization }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
  })
  return readParameters(query, config.preset.parameters)
}

function here({ page, config }: FrontendContext): string | undefined {
  const { pathname, search, hash } = page.url()
  // The redirect URI is no place to come back to, unless it is the site's root.
  if (pathname === config.callbackPath && pathname !== '/') return undefined
  return toReturnPath(`${pathname}${search}${hash}`)
}
