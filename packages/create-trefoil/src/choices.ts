import { ConfigurationError } from '@trefoil/core'
import { createBearerVerifier } from '@trefoil/core/bearer'
import { CommandError } from './command-error.ts'
import type { CreateOptions } from './create-options.ts'
import type { Demo } from './demos.ts'
import { detectPackageManager, type PackageManager } from './package-manager.ts'
import { createQuestions, type Questions, type Terminal } from './questions.ts'

/** Everything that is needed to make a project. */
export interface Choices {
  readonly demo: Demo
  readonly folder: string
  /** Absent for the local Kinde. */
  readonly issuer: string | undefined
  readonly clientId: string | undefined
  readonly packageManager: PackageManager
  readonly install: boolean
}

/**
 * Completes what was said on the command line: by questions where there is a terminal, else by defaults.
 *
 * Throws a {@link CommandError} that names the flag when something has no default and nobody can be
 * asked.
 */
export async function complete(
  options: CreateOptions,
  demos: readonly Demo[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal | undefined,
): Promise<Choices> {
  // Before the first question, so that nobody answers in vain.
  const named = options.framework === undefined ? undefined : findDemo(options.framework, demos)
  if (options.issuer !== undefined) assertIssuer(options.issuer)
  const questions = options.yes || !terminal ? undefined : createQuestions(terminal)
  try {
    const demo = named ?? (await askFramework(demos, questions))
    const usual = `trefoil-${demo.name}`
    const packageManager = options.packageManager ?? detectPackageManager(env)
    return {
      demo,
      folder: options.folder ?? (await askFolder(usual, questions)),
      issuer: options.issuer ?? (await askIssuer(questions)),
      clientId: options.clientId,
      packageManager,
      install: options.install ?? (await askInstall(packageManager, questions)),
    }
  } finally {
    questions?.close()
  }
}

function findDemo(name: string, demos: readonly Demo[]): Demo {
  const demo = demos.find((each) => each.name === name.toLowerCase())
  if (demo) return demo
  throw new CommandError(`There is no demo "${name}". Take --framework ${listNames(demos)}.`)
}

function listNames(demos: readonly Demo[]): string {
  return demos.map(({ name }) => name).join('|')
}

async function askFramework(
  demos: readonly Demo[],
  questions: Questions | undefined,
): Promise<Demo> {
  if (!questions) {
    throw new CommandError(
      `--framework is missing, and nobody can be asked here: say --framework ${listNames(demos)}.`,
    )
  }
  const rows = demos.map(({ title, about }, index) => `  ${index + 1}  ${title.padEnd(12)}${about}`)
  const pick = (answer: string): Demo | undefined =>
    demos[Number(answer) - 1] ?? demos.find(({ name }) => name === answer.toLowerCase())
  const question = `What do you want to start from?\n${rows.join('\n')}\nNumber or name: `
  const answer = await questions.ask(question, (text) =>
    pick(text)
      ? undefined
      : `Answer with a number from 1 to ${demos.length}, or ${listNames(demos)}.`,
  )
  return pick(answer) ?? findDemo(answer, demos)
}

async function askFolder(usual: string, questions: Questions | undefined): Promise<string> {
  return (await questions?.ask(`Folder (${usual}): `)) || usual
}

async function askIssuer(questions: Questions | undefined): Promise<string | undefined> {
  const answer = await questions?.ask(
    'Your Kinde domain, such as https://example.kinde.com (the local Kinde, without an account): ',
    (text) => (text === '' ? undefined : findIssuerProblem(text)),
  )
  return answer || undefined
}

async function askInstall(
  manager: PackageManager,
  questions: Questions | undefined,
): Promise<boolean> {
  const answer = await questions?.ask(`Install the packages with ${manager}? (yes): `, (text) =>
    /^(y(es)?|no?)?$/i.test(text) ? undefined : 'Answer with yes or no.',
  )
  return !/^n/i.test(answer ?? '')
}

function assertIssuer(issuer: string): void {
  const problem = findIssuerProblem(issuer)
  if (problem !== undefined) throw new CommandError(`--issuer: ${problem}`)
}

// By the core's own rules, which an application would fall foul of later.
function findIssuerProblem(issuer: string): string | undefined {
  try {
    createBearerVerifier({ issuer, audience: 'any', env: {} }).configure()
    return undefined
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems[0]
    throw error
  }
}
