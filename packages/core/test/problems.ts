import { ConfigurationError } from '../src/errors.ts'

/** The problems that a configuration is refused with; none when it is taken. */
export function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
}
