import { ConfigurationError } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import { createMachineApp, type MachineApp } from '@trefoil/core/machine'

/** What this demo reads from the environment beside the settings of Trefoil. */
export interface Settings {
  readonly port: number
  /** Where `apps/api` answers. */
  readonly apiUrl: URL
  /** For the content security policy: the origins that a form's redirects lead to. */
  readonly formOrigins: readonly string[]
  /** Kinde's management API and the app that may call it; absent when no M2M client is set. */
  readonly machine: Machine | undefined
}

export interface Machine {
  readonly app: MachineApp
  readonly usersUrl: URL
}

/** The environment is unusable; `problems` names everything at once. */
export class SettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

/** Reads the environment. Throws {@link SettingsError}. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env['PORT'] || 4501)
  const api = env['API_URL'] || 'http://localhost:4505'
  const issuer = env['KINDE_ISSUER_URL'] || ''
  const machine = readMachine(env, issuer)
  const problems = [
    ...(Number.isInteger(port) && port >= 0 && port < 65_536
      ? []
      : ['PORT must be a number from 0 to 65535.']),
    ...(URL.canParse(api) ? [] : ['API_URL must be a URL, such as http://localhost:4505.']),
    // Asked here already, so that every problem is told at once.
    ...findProblems(() => createBackendApp({ env }).configure()),
    ...findProblems(() => machine?.app.configure()),
  ]
  if (problems.length > 0) throw new SettingsError([...new Set(problems)])
  return { port, apiUrl: new URL(api), formOrigins: readFormOrigins(env, issuer), machine }
}

// A sign-out is a form: it leads by the issuer to where a logout ends, which may be another site.
function readFormOrigins(env: NodeJS.ProcessEnv, issuer: string): readonly string[] {
  const urls = [issuer, env['KINDE_POST_LOGOUT_REDIRECT_URL'] || issuer]
  return [...new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))]
}

function readMachine(env: NodeJS.ProcessEnv, issuer: string): Machine | undefined {
  if (!env['KINDE_M2M_CLIENT_ID'] || !URL.canParse(issuer)) return undefined
  const base = issuer.replace(/\/$/, '')
  const audience = env['KINDE_M2M_AUDIENCE'] || `${base}/api`
  return {
    app: createMachineApp({ env, audience, scope: 'read:users' }),
    usersUrl: new URL(`${base}/api/v1/users`),
  }
}

function findProblems(configure: () => unknown): readonly string[] {
  try {
    configure()
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}
