import type { Finding, Status } from './finding.ts'
import type { FoundProject, Project } from './project.ts'

const marks: Readonly<Record<Status, string>> = {
  ok: '✓',
  problem: '✗',
  warning: '!',
  unknown: '?',
}

const names: Readonly<Record<Project['kind'], string>> = {
  backend: 'a back-end application',
  frontend: 'a front-end application',
  machine: 'a machine application',
  api: 'an API',
}

/** The report for a person: one line a check, and under one that failed the way out. */
export function formatReport({ kind, reason }: FoundProject, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, status, message, remedy }) => [
    `${marks[status]} ${check.padEnd(width)}  ${message}`,
    ...(remedy === undefined ? [] : [`  ${' '.repeat(width)}  → ${remedy}`]),
  ])
  const head = `Looking at ${names[kind]}, ${reason}; --kind says otherwise.`
  return `${[head, '', ...lines.map(toPlain), '', summarize(findings)].join('\n')}\n`
}

// A server's words may be in what is told, and are not to move the cursor of a terminal.
function toPlain(line: string): string {
  return line.replaceAll(/\p{Cc}+/gu, ' ')
}

function summarize(findings: readonly Finding[]): string {
  const count = findings.filter(({ status }) => status === 'problem').length
  if (count === 0) return 'Nothing is wrong.'
  return count === 1 ? 'One thing is wrong.' : `${count} things are wrong.`
}

/** The report for a program. */
export function formatJson({ kind }: Project, findings: readonly Finding[]): string {
  const isHealthy = findings.every(({ status }) => status !== 'problem')
  return `${JSON.stringify({ kind, ok: isHealthy, findings }, null, 2)}\n`
}
