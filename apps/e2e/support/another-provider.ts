import type { PageParts, Person } from './sign-in-pages.ts'

/** An authorization server that the specs know from the environment alone. */
export interface AnotherProvider {
  readonly issuerUrl: string
  readonly preset: 'kinde' | 'oidc'
  readonly person: Person
  readonly parts: PageParts
  /** The environment that makes an application of a demo; absent: no application is registered. */
  readonly backend: Environment | undefined
  readonly frontend: Environment | undefined
}

type Environment = Readonly<Record<string, string>>
type Read = (name: string) => string | undefined

// Kinde's field, and what others call theirs.
const usualEmail =
  'input[name="p_email"], input[type="email"], input[name="email"], input[name="username"]'

/**
 * Reads the authorization server that `E2E_*` name; `undefined` when they name none. Throws an error that
 * names everything that is missing or wrong.
 */
export function readAnotherProvider(
  env: Readonly<Record<string, string | undefined>>,
): AnotherProvider | undefined {
  const read: Read = (name) => env[name]?.trim() || undefined
  const issuerUrl = read('E2E_ISSUER_URL')
  if (issuerUrl === undefined) return undefined
  const problems = findProblems(issuerUrl, read)
  if (problems.length > 0) throw new Error(problems.map((text) => `\n- ${text}`).join(''))
  const preset = readPreset(read) ?? 'kinde'
  return { issuerUrl, preset, ...readPages(read), ...readApplications(read, issuerUrl, preset) }
}

/** What makes a demo the application that is registered for its kind, if one is. */
export function findApplication(
  { backend, frontend }: AnotherProvider,
  { kind }: { readonly kind: 'backend' | 'frontend' },
): Environment | undefined {
  return kind === 'frontend' ? frontend : backend
}

function findProblems(issuerUrl: string, read: Read): string[] {
  const isUser = read('E2E_USER_EMAIL') !== undefined && read('E2E_USER_PASSWORD') !== undefined
  const isApplication = read('E2E_CLIENT_ID') ?? read('E2E_FRONTEND_CLIENT_ID')
  const hasSecret =
    (read('E2E_CLIENT_ID') === undefined) === (read('E2E_CLIENT_SECRET') === undefined)
  return [
    ...(URL.canParse(issuerUrl) ? [] : ['E2E_ISSUER_URL must be a URL.']),
    ...(readPreset(read) === undefined ? ['E2E_PRESET must be kinde or oidc.'] : []),
    ...(isUser ? [] : ['E2E_USER_EMAIL and E2E_USER_PASSWORD must name somebody who can sign in.']),
    ...(isApplication === undefined
      ? ['E2E_CLIENT_ID or E2E_FRONTEND_CLIENT_ID must name an application.']
      : []),
    ...(hasSecret ? [] : ['E2E_CLIENT_ID and E2E_CLIENT_SECRET belong together.']),
  ]
}

function readPreset(read: Read): 'kinde' | 'oidc' | undefined {
  const name = read('E2E_PRESET') ?? 'kinde'
  return name === 'kinde' || name === 'oidc' ? name : undefined
}

function readPages(read: Read): { person: Person; parts: PageParts } {
  return {
    person: {
      email: read('E2E_USER_EMAIL') ?? '',
      password: read('E2E_USER_PASSWORD') ?? '',
      name: read('E2E_USER_NAME') ?? /\S/,
    },
    parts: {
      email: read('E2E_EMAIL_FIELD') ?? usualEmail,
      password: read('E2E_PASSWORD_FIELD') ?? 'input[type="password"]',
      consent: read('E2E_CONSENT_BUTTON'),
      cancel: read('E2E_CANCEL_BUTTON'),
      signOut: read('E2E_SIGN_OUT_BUTTON'),
    },
  }
}

function readApplications(
  read: Read,
  issuerUrl: string,
  preset: string,
): Pick<AnotherProvider, 'backend' | 'frontend'> {
  const common = dropEmpty({
    KINDE_ISSUER_URL: issuerUrl,
    TREFOIL_PRESET: preset,
    KINDE_AUDIENCE: read('E2E_AUDIENCE'),
    KINDE_SCOPE: read('E2E_SCOPE'),
  })
  const backendId = read('E2E_CLIENT_ID')
  const frontendId = read('E2E_FRONTEND_CLIENT_ID')
  const secret = dropEmpty({
    KINDE_CLIENT_SECRET: read('E2E_CLIENT_SECRET'),
    TREFOIL_CLIENT_AUTHENTICATION: read('E2E_CLIENT_AUTHENTICATION'),
  })
  return {
    backend:
      backendId === undefined ? undefined : { ...common, KINDE_CLIENT_ID: backendId, ...secret },
    frontend: frontendId === undefined ? undefined : { ...common, KINDE_CLIENT_ID: frontendId },
  }
}

function dropEmpty(values: Readonly<Record<string, string | undefined>>): Environment {
  const entries = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return Object.fromEntries(entries)
}
