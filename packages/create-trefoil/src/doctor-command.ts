import { doctorUsage, readDoctorOptions } from './doctor-options.ts'
import { examine } from './examination.ts'
import { readProject } from './project.ts'
import { formatJson, formatReport } from './report.ts'

/** What surrounds the command. */
export interface DoctorContext {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly print: (text: string) => void
}

/** Is `doctor`: gives the exit code, 1 when something is wrong. Throws a {@link CommandError}. */
export async function examineProject(
  args: readonly string[],
  { cwd, env, print }: DoctorContext,
): Promise<number> {
  const options = readDoctorOptions(args)
  if (options.help) {
    print(doctorUsage)
    return 0
  }
  const project = readProject(cwd, env, options)
  const findings = await examine(project)
  print(options.json ? formatJson(project, findings) : formatReport(project, findings))
  return findings.some(({ status }) => status === 'problem') ? 1 : 0
}
