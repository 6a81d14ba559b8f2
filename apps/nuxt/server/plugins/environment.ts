import { ConfigurationError } from '@trefoil/core'
import { createBackendApp } from '@trefoil/core/backend'

/** Ends the process where the environment is unusable, and names everything at once. The issuer need not be up. */
export default defineNitroPlugin(() => {
  // The build has no secrets.
  if (import.meta.prerender) return
  const problems = findProblems()
  if (problems.length === 0) return
  const list = problems.map((problem) => `  - ${problem}`).join('\n')
  console.error(`The Nuxt demo cannot start:\n${list}\nSee .env.example for every setting.`)
  process.exit(1)
})

function findProblems(): string[] {
  const problems = [
    ...(URL.canParse(readApiUrl())
      ? []
      : ['API_URL must be a URL, such as http://localhost:4505.']),
    ...findConfigurationProblems(() => createBackendApp().configure()),
    ...findConfigurationProblems(() => useMachineApp()?.configure()),
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
