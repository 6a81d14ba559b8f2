import { ConfigurationError } from '@trefoil/core'
import { createBearerVerifier } from '@trefoil/core/bearer'

/** What this API reads from the environment beside the settings of Trefoil. */
export interface Settings {
  readonly port: number
  /** The origins whose pages may call the API. */
  readonly allowedOrigins: readonly string[]
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
  const port = Number(env['PORT'] || 4505)
  const origins = (env['ALLOWED_ORIGINS'] ?? '').split(',').map((origin) => origin.trim())
  const allowedOrigins = origins.filter((origin) => origin !== '')
  const problems = [
    ...(Number.isInteger(port) && port >= 0 && port < 65_536
      ? []
      : ['PORT must be a number from 0 to 65535.']),
    ...allowedOrigins.filter((origin) => !isOrigin(origin)).map(describeOrigin),
    ...findProblems(env),
  ]
  if (problems.length > 0) throw new SettingsError(problems)
  return { port, allowedOrigins }
}

// A browser sends an origin exactly so; anything else in the list would never match.
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

function describeOrigin(text: string): string {
  return `ALLOWED_ORIGINS: "${text}" is not an origin, such as http://localhost:4503 without a slash at its end.`
}

function findProblems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    createBearerVerifier({ env }).configure()
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}
