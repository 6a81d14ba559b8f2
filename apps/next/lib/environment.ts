import { ConfigurationError } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'
import { machine } from './machine.ts'
import { apiUrl, authOptions } from './settings.ts'

/** Ends the process where the environment is unusable, and names everything at once. */
export function checkEnvironment(): void {
  const problems = findProblems()
  if (problems.length === 0) return
  const list = problems.map((problem) => `  - ${problem}`).join('\n')
  console.error(`The Next demo cannot start:\n${list}\nSee .env.example for every setting.`)
  process.exit(1)
}

function findProblems(): string[] {
  const problems = [
    ...(URL.canParse(apiUrl) ? [] : ['API_URL must be a URL, such as http://localhost:4505.']),
    ...findConfigurationProblems(() => createBackendApp(authOptions).configure()),
    ...findConfigurationProblems(() => machine?.configure()),
  ]
  return [...new Set(problems)]
}

function findConfigurationProblems(configure: () => unknown): readonly string[] {
  try {
    configure()
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}
