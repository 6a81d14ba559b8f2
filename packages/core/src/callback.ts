import { digest } from '#seal'
import { assertSingle, redeemCode } from './authorization-code.ts'
import type { BackendContext } from './backend-context.ts'
import { TrefoilError } from './errors.ts'
import { DeadlineError, inTime } from './internal/deadline.ts'
import type { LoginTransaction } from './login-transaction.ts'
import type { Outcome, SetCookie } from './outcome.ts'
import { redirect } from './pages.ts'
import type { AppRequest } from './request.ts'
import type { Owed } from './routes.ts'
import type { SessionRecord } from './session.ts'

/**
 * Answers the authorization response: checks it, exchanges the code, starts the session and goes to
 * the return path. On an error the attempt is over, which is `owed` to the browser, and nothing else
 * has changed.
 *
 * Throws what `redeemCode` throws, and `transaction_missing`.
 */
export async function handleCallback(
  request: AppRequest,
  context: BackendContext,
  owed: Owed,
): Promise<Outcome> {
  const state = request.query.get('state') ?? ''
  owed.cookies.push(...context.transactions.forget(state, request.cookies))
  assertSingle(request.query)
  const transaction = await context.transactions.find(state, request.cookies)
  if (!transaction) return handleUnknown(request, context)
  owed.returnTo = transaction.returnTo
  const record = await redeemOnce(request, transaction, context)
  // Delivered again after the sign-out that followed.
  if (context.keeper.isEnded(record)) throw new TrefoilError('transaction_missing')
  return startSession(request, transaction, record, context)
}

// The back button and a second delivery lead here after the attempt was used. Who is signed in has
// what they came for; everybody else learns what to do.
async function handleUnknown(request: AppRequest, context: BackendContext): Promise<Outcome> {
  const held = await context.keeper.read(request.cookies)
  const isAnswer = request.query.has('code') && request.query.has('state')
  if (held && isAnswer) return redirect(request.view, context.config.postLoginPath)
  throw new TrefoilError(request.query.has('state') ? 'transaction_missing' : 'callback_invalid')
}

// A browser that sends the callback twice at once gets the same session twice; the code goes out once.
async function redeemOnce(
  { query }: AppRequest,
  transaction: LoginTransaction,
  { callbacks, config, provider }: BackendContext,
): Promise<SessionRecord> {
  const key = await digest(JSON.stringify([transaction.state, query.toString()]))
  const redeeming = callbacks(key, () => redeemCode(query, transaction, config, provider))
  // It is several requests, and nobody waits for all of their timeouts.
  return inTime(2 * config.timeout, redeeming).catch((cause: unknown) => {
    throw cause instanceof DeadlineError
      ? new TrefoilError('provider_unavailable', { cause })
      : cause
  })
}

async function startSession(
  request: AppRequest,
  transaction: LoginTransaction,
  record: SessionRecord,
  context: BackendContext,
): Promise<Outcome> {
  const { keeper, counter, config } = context
  const { cookies: present } = request
  const before = await keeper.read(present).catch(() => undefined)
  await keeper.store(record)
  const cookies: SetCookie[] = [
    ...(await keeper.cookies(record, present)),
    ...(await counter.count(present)),
  ]
  // The session that this one replaces must not live on in somebody's copy of its cookie.
  if (before && before.record.id !== record.id) await keeper.end(before.record)
  config.onEvent({ type: 'signed_in', subject: record.user.id })
  return { ...redirect(request.view, transaction.returnTo), cookies }
}
