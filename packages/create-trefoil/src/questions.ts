import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { CommandError } from './command-error.ts'

/** Where a person can be asked. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
}

/** Asks one question after the other. */
export interface Questions {
  /** The answer without blanks around it; asked again until it is acceptable. */
  ask(question: string, check?: (answer: string) => string | undefined): Promise<string>
  /** Lets go of the terminal. */
  close(): void
}

/**
 * Makes {@link Questions}. Whoever ends the input, or presses Ctrl-C, gets a {@link CommandError}: a
 * question is never left waiting for an answer that cannot come.
 */
export function createQuestions({ input, output }: Terminal): Questions {
  const reader = createInterface({ input, output, terminal: false })
  // Lines may come before they are asked for.
  const lines = reader[Symbol.asyncIterator]()
  const ask: Questions['ask'] = async (question, check = () => undefined) => {
    for (;;) {
      output.write(question)
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      const line = await lines.next()
      if (line.done) throw new CommandError('\nCanceled; nothing was written.', 130)
      const problem = check(line.value.trim())
      if (problem === undefined) return line.value.trim()
      output.write(`${problem}\n`)
    }
  }
  return { ask, close: () => reader.close() }
}
