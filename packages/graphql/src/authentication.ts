import { ConfigurationError, type RequestView, type Session, TrefoilError } from '@trefoil/core'
import { type BearerOptions, type BearerVerifier, createBearerVerifier } from '@trefoil/core/bearer'
import { type Caller, callerOfSession, callerOfToken, nobody } from './caller.ts'

/** Options that every server has: those of the verifier, and a few of GraphQL. */
export interface AuthOptions extends BearerOptions {
  /** A verifier made before, to share its keys with other servers; no option of one may stand beside it. */
  verifier?: BearerVerifier
  /**
   * Whether a request without credentials is refused with 401 before anything is executed. Default:
   * false; nobody may then ask for what is not guarded.
   */
  required?: boolean
  /**
   * Is told why a request was refused before anything was executed. `error.cause` holds the evidence,
   * for the log; clients are told none of it.
   */
  onRefused?: (error: TrefoilError) => void
}

/** Finds out who a request is from; rejects with a {@link TrefoilError}, which `onRefused` is told. */
export type Authenticate = (
  view: Pick<RequestView, 'header'>,
  readSession?: () => Session | null | undefined,
) => Promise<Caller>

/** How requests are authenticated, and by which clock. */
export interface Authentication {
  readonly authenticate: Authenticate
  /** The time in milliseconds, as the verifier tells it. */
  readonly clock: () => number
}

/** Makes an {@link Authentication}. Throws {@link ConfigurationError} at once for unknown options. */
export function createAuthentication(options: AuthOptions): Authentication {
  const { verifier: given, required = false, onRefused = () => undefined, ...bearer } = options
  if (given) assertAlone(bearer)
  const verifier = given ?? createBearerVerifier(bearer)

  const authenticate: Authenticate = async ({ header }, readSession) => {
    try {
      const view = { method: 'POST', url: 'http://localhost/', header }
      const caller = await identify(verifier, view, readSession)
      // The verifier's own words for a token that did not come.
      if (required && caller.kind === 'nobody') await verifier.verify(view)
      return caller
    } catch (error) {
      if (error instanceof TrefoilError) onRefused(error)
      throw error
    }
  }
  return { authenticate, clock: () => verifier.configure().clock() }
}

async function identify(
  verifier: BearerVerifier,
  view: RequestView,
  readSession: (() => Session | null | undefined) | undefined,
): Promise<Caller> {
  try {
    return callerOfToken(await verifier.verify(view))
  } catch (error) {
    // A token that came decides, whatever session there is: one that is no good is never nobody.
    if (!(error instanceof TrefoilError) || error.code !== 'token_missing') throw error
  }
  const session = readSession?.()
  return session ? callerOfSession(session) : nobody
}

function assertAlone(options: BearerOptions): void {
  const names = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : name,
  )
  if (names.length === 0) return
  throw new ConfigurationError(
    names.map(
      (name) => `${name}: it has no effect beside verifier; give it to createBearerVerifier.`,
    ),
  )
}
