import { ConfigurationError } from '@trefoil/core'
import { createMachineApp, type MachineApp } from '@trefoil/core/machine'

/** What the job works with. */
export interface Settings {
  readonly machine: MachineApp
  /** Kinde's management API: where users are listed, and the audience of tokens for it. */
  readonly users: Resource
  /** The reports API (apps/api). */
  readonly reports: Resource
}

/** A protected resource: what a request for it needs. */
export interface Resource {
  readonly url: URL
  readonly audience: string
  readonly scope: string
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
  const api = env['API_URL'] || 'http://localhost:4505'
  const issuer = (env['KINDE_ISSUER_URL'] || '').replace(/\/$/, '')
  const audience = env['KINDE_M2M_AUDIENCE'] || `${issuer}/api`
  // The reports API's audience is a name, not its address, so its origin is allowed by hand.
  const allowedOrigins = URL.canParse(api) ? [new URL(api).origin] : []
  const machine = createMachineApp({ env, audience, allowedOrigins })
  const problems = [
    ...(URL.canParse(api) ? [] : ['API_URL must be a URL, such as http://localhost:4505.']),
    ...findProblems(machine),
  ]
  if (problems.length > 0) throw new SettingsError(problems)
  return {
    machine,
    users: { url: new URL(`${issuer}/api/v1/users`), audience, scope: 'read:users' },
    reports: {
      url: new URL('/reports', api),
      audience: env['REPORTS_AUDIENCE'] || 'https://reports.trefoil.example',
      scope: 'read:reports',
    },
  }
}

function findProblems(machine: MachineApp): readonly string[] {
  try {
    machine.configure()
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}
