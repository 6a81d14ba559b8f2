import type { Outcome, Requirement, Session } from '@trefoil/core'
import type {
  GetServerSideProps,
  GetServerSidePropsContext,
  GetServerSidePropsResult,
  NextApiRequest,
  NextApiResponse,
} from 'next'
import { applyOutcome } from './apply-outcome.ts'
import { renewCurrent } from './authenticate.ts'
import { findPagesRequest, type PagesContext } from './current-request.ts'
import { viewNodeRequest } from './request-view.ts'
import type { SignedIn } from './route-guard.ts'
import type { FindTenant } from './tenant.ts'

/** Makes an API route that only signed-in users reach who meet the requirement. */
export type ApiRoute = (
  handler: (req: NextApiRequest, res: NextApiResponse, signedIn: SignedIn) => unknown,
  requirement?: Requirement,
) => (req: NextApiRequest, res: NextApiResponse) => Promise<void>

/** Makes a `getServerSideProps` that only signed-in users reach who meet the requirement. */
export type ServerSideProps = <Props extends Readonly<Record<string, unknown>>>(
  read: (
    context: GetServerSidePropsContext & SignedIn,
  ) => GetServerSidePropsResult<Props> | Promise<GetServerSidePropsResult<Props>>,
  requirement?: Requirement,
) => GetServerSideProps<Props>

/** Makes {@link ApiRoute}. */
export function guardApiRoute(findTenant: FindTenant): ApiRoute {
  return (handler, requirement) => async (req, res) => {
    const session = await admit({ req, res }, requirement, findTenant)
    if (session) await handler(req, res, { session })
  }
}

/** Makes {@link ServerSideProps}. */
export function guardServerSideProps(findTenant: FindTenant): ServerSideProps {
  return (read, requirement) => async (context) => {
    const session = await admit(context, requirement, findTenant)
    return session ? read({ ...context, session }) : answered()
  }
}

/** Gives the session of who may go on; else the request is answered. */
async function admit(
  at: PagesContext,
  requirement: Requirement | undefined,
  findTenant: FindTenant,
): Promise<Session | undefined> {
  const request = findPagesRequest(at)
  const { app } = await findTenant(request)
  const view = viewNodeRequest(at.req)
  const url = `${request.origin}${request.path ?? '/'}`
  const refuse = (outcome: Outcome): undefined => {
    applyOutcome(at.res, outcome)
    return undefined
  }
  try {
    const { session } = await renewCurrent(app, request)
    const refusal = app.guard({ ...view, url }, { session }, requirement)
    return refusal ? refuse(refusal) : (session ?? undefined)
  } catch (error) {
    return refuse(app.renderError(view, error))
  }
}

function answered<Props>(): GetServerSidePropsResult<Props> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Next renders nothing once the answer is sent
  return { props: {} as Props }
}
