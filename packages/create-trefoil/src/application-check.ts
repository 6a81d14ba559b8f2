import { ProviderError, TrefoilError } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import { createMachineApp } from '@trefoil/core/machine'
import { type Finding, ok, problem, unknown, warning } from './finding.ts'
import type { Project } from './project.ts'
import type { Provider } from './provider-check.ts'
import { backendOptions } from './settings-check.ts'
import { visit } from './visit.ts'

/** What the token endpoint makes of a code that nobody issued. */
export type Verdict =
  /** It takes the client for what it says it is, and refuses the code. */
  | 'accepted'
  /** It refuses the client. */
  | 'refused'
  /** It knows the client, which may not use codes: a machine. */
  | 'not_allowed'
  | 'unknown'

/** Whether the authorization server takes this project for the kind of application that it is. */
export interface ApplicationReport {
  readonly findings: Finding[]
  /** The client id is known there for certain. */
  readonly isKnown: boolean
}

/**
 * Asks the token endpoint with a code that nobody issued (RFC 6749 section 5.2): `invalid_client` is
 * about the application, `invalid_grant` about the code alone. Nothing is signed in or used up by it.
 */
export async function checkApplication(
  project: Project,
  provider: Provider,
): Promise<ApplicationReport> {
  const bare = await askWithoutSecret(project, provider)
  if (project.kind === 'frontend') return judgeFrontend(bare)
  return judgeBackend(await askWithSecret(project), bare)
}

/** Asks for an access token of the machine application. */
export async function checkMachine(project: Project, issuer: string): Promise<Finding> {
  const { env, preset } = project
  const audience = env['KINDE_M2M_AUDIENCE']?.trim() || `${issuer}/api`
  const options = { env, preset, audience, ...(project.fetch && { fetch: project.fetch }) }
  try {
    await createMachineApp(options).getAccessToken()
    return ok('machine', `gets a token for ${audience}.`)
  } catch (error) {
    if (!(error instanceof TrefoilError)) throw error
    if (error.code !== 'client_rejected') return unknown('machine', error.message)
    return problem('machine', error.message, error.wayOut)
  }
}

function judgeFrontend(bare: Verdict): ApplicationReport {
  if (bare === 'accepted')
    return known([ok('application', 'is a front-end one, without a secret.')])
  if (bare === 'unknown') return unasked()
  const isOther = bare === 'not_allowed'
  return {
    isKnown: isOther,
    findings: [
      problem(
        'application',
        isOther
          ? 'The application may not sign users in: it is of the kind "Machine to machine".'
          : 'The authorization server refuses this client id without a secret: it does not know it, or the application is of another kind.',
        'Copy KINDE_CLIENT_ID from an application of the kind "Front-end and mobile"; a "Back-end web" one wants a secret, which a front-end app cannot keep.',
      ),
    ],
  }
}

function judgeBackend(own: Verdict, bare: Verdict): ApplicationReport {
  if (own === 'not_allowed') {
    return known([
      problem(
        'application',
        'The application may not sign users in: it is of the kind "Machine to machine".',
        'Create a "Back-end web" application and put its id and secret into KINDE_CLIENT_ID and KINDE_CLIENT_SECRET; this one belongs in KINDE_M2M_CLIENT_ID.',
      ),
    ])
  }
  if (own === 'unknown') return unasked()
  if (own === 'accepted') return known([judgeAccepted(bare)])
  return bare === 'accepted' ? known([frontendGiven]) : { isKnown: false, findings: [refused] }
}

// A server that takes anybody's code for the client's own tells nothing about the secret.
function judgeAccepted(bare: Verdict): Finding {
  if (bare !== 'accepted') return ok('application', 'is a back-end one, and its secret is right.')
  return warning(
    'application',
    'The authorization server takes this client with the secret and without.',
    'Check that the application is of the kind "Back-end web", which has a secret.',
  )
}

const frontendGiven: Finding = problem(
  'application',
  'The application is a front-end one: it is known without a secret, and refused with one.',
  'Create a "Back-end web" application and put its id and secret into KINDE_CLIENT_ID and KINDE_CLIENT_SECRET.',
)

const refused: Finding = problem(
  'application',
  'The authorization server refuses this client id and secret.',
  'Copy KINDE_CLIENT_ID and KINDE_CLIENT_SECRET from the details page of the application, and see that it belongs to this issuer.',
)

function known(findings: Finding[]): ApplicationReport {
  return { findings, isKnown: true }
}

function unasked(): ApplicationReport {
  return {
    isKnown: false,
    findings: [
      unknown('application', 'The token endpoint did not say what it makes of the client.'),
    ],
  }
}

// A whole sign-in of the core's, up to the exchange of the code.
async function askWithSecret(project: Project): Promise<Verdict> {
  const { fetch: send, callbackPath } = project
  const app = createBackendApp({ ...backendOptions(project), ...(send && { fetch: send }) })
  const { siteOrigin, issuer } = app.configure()
  const login = await app.handle(visit(`${siteOrigin}/auth/login`))
  if (login?.location === undefined) return 'unknown'
  const state = new URL(login.location).searchParams.get('state') ?? ''
  const query = new URLSearchParams({ code: bogusCode, state, iss: issuer })
  const cookie = login.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await app.handle(visit(`${siteOrigin}${callbackPath}?${query}`, cookie))
  return answer?.error instanceof ProviderError ? toVerdict(answer.error.error) : 'unknown'
}

const bogusCode = 'a-code-of-the-doctor-that-nobody-issued'

async function askWithoutSecret(project: Project, provider: Provider): Promise<Verdict> {
  const { fetch: send = fetch } = project
  const { searchParams } = provider.authorizationUrl
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: bogusCode,
    client_id: searchParams.get('client_id') ?? '',
    redirect_uri: searchParams.get('redirect_uri') ?? '',
    code_verifier: bogusCode.repeat(2),
  })
  const request = {
    method: 'POST',
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(5000),
  } as const
  const answer = await send(provider.tokenEndpoint, request).catch(() => undefined)
  const value: unknown = await answer?.json().catch(() => undefined)
  return typeof value === 'object' && value && 'error' in value ? toVerdict(value.error) : 'unknown'
}

function toVerdict(error: unknown): Verdict {
  if (error === 'invalid_grant') return 'accepted'
  if (error === 'invalid_client') return 'refused'
  return error === 'unauthorized_client' ? 'not_allowed' : 'unknown'
}
