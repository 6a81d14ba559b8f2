#!/usr/bin/env node
import { CommandError, runCommand } from './command-error.ts'
import { examineProject } from './doctor-command.ts'

const [task, ...rest] = process.argv.slice(2)

await runCommand(async () => {
  if (task === 'doctor') {
    return examineProject(rest, { cwd: process.cwd(), env: process.env, print })
  }
  throw new CommandError('Usage: trefoil doctor [options]; trefoil doctor --help tells them.')
})

function print(text: string): void {
  process.stdout.write(text)
}
