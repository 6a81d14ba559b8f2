import { AccessDeniedError, type Requirement, type Session, TrefoilError } from '@trefoil/core'
import { forbidden, redirect, unauthorized } from '#app-router'
import { readCurrent, renewCurrent } from './authenticate.ts'
import { type CurrentRequest, viewCurrent, viewPage } from './current-request.ts'
import { chooseOrigin } from './request-view.ts'
import type { Tenant } from './tenant.ts'

/** Gives the session of the current request, or ends it: see `Auth.require`. */
export async function requireSession(
  { app, options }: Tenant,
  request: CurrentRequest,
  requirement: Requirement | undefined,
): Promise<Session> {
  const isRender = request.kind === 'render'
  const { session } = await (isRender ? readCurrent(app, request) : renewCurrent(app, request))
  // One of our own routes is nothing to come back to.
  const unknown = `${app.configure().basePath}/login`
  const view = isRender ? viewPage(request, unknown) : viewCurrent(request, unknown)
  const refusal = app.guard(view, { session }, requirement)
  if (!refusal && session) return session
  const { error = new TrefoilError('not_authenticated'), location } = refusal ?? {}
  if (error instanceof AccessDeniedError) return interrupt(forbidden, error)
  if (options.interrupts === true) return interrupt(unauthorized, error)
  if (location !== undefined) redirect(new URL(location, chooseOrigin(app, request.origin)).href)
  throw request.header('next-action') === undefined ? toRenderError(error) : toActionError(error)
}

// An action is answered with 401 where Next knows how, which is with `experimental.authInterrupts`, and
// with 500 and the code as digest elsewhere. Its error can be caught for what it is in both cases.
function toActionError(error: TrefoilError): TrefoilError {
  try {
    return unauthorized()
  } catch (signal) {
    const digest = readDigest(signal) ?? error.code
    return Object.defineProperty(error, 'digest', { value: digest, configurable: true })
  }
}

function readDigest(signal: unknown): string | undefined {
  const isSignal = signal instanceof Error && 'digest' in signal
  return isSignal && typeof signal.digest === 'string' ? signal.digest : undefined
}

// Without `experimental.authInterrupts` Next refuses the call with an error of its own, which has no digest.
function interrupt(act: () => never, error: TrefoilError): never {
  try {
    act()
  } catch (signal) {
    throw readDigest(signal) === undefined ? toRenderError(error) : signal
  }
}

/** An error as a page may show it: Next tells a browser the digest of an error and nothing else. */
export function toRenderError(error: TrefoilError): TrefoilError {
  return Object.defineProperty(error, 'digest', { value: error.code, configurable: true })
}
