/** What could not be done, in a message for the person who asked for it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError'
  /** 130 when the person canceled, else 1. */
  readonly exitCode: 1 | 130

  constructor(message: string, exitCode: 1 | 130 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Runs a command; a {@link CommandError} is told in its own words, without a stack. */
export async function runCommand(run: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = error.exitCode
  }
}

/** What `parseArgs` has to say about arguments, in its first sentence. */
export function describeArguments(error: unknown): CommandError {
  const [sentence = ''] = (error instanceof Error ? error.message : '').split(/[.\n]/)
  return new CommandError(`${sentence}.\nRun it with --help to see what it takes.`)
}
