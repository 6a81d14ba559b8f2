#!/usr/bin/env node
import { runCommand } from './command-error.ts'

const { stdin: input, stdout: output } = process
const [first, ...rest] = process.argv.slice(2)

await runCommand(async () => {
  if (first === 'doctor') {
    const { examineProject } = await import('./doctor-command.ts')
    return examineProject(rest, { cwd: process.cwd(), env: process.env, print })
  }
  const { create } = await import('./create-command.ts')
  const terminal = input.isTTY && output.isTTY ? { input, output } : undefined
  return create(process.argv.slice(2), { cwd: process.cwd(), env: process.env, terminal, print })
})

function print(text: string): void {
  output.write(text)
}
