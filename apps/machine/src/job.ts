import { ProviderError, TrefoilError } from '@trefoil/core'
import { ApiError, fetchList } from './fetch-list.ts'
import { formatTable } from './format-table.ts'
import { readSettings, SettingsError } from './settings.ts'

try {
  await run()
} catch (error) {
  // The exit code is set rather than forced, so what was printed is flushed.
  process.exitCode = 1
  console.error(describe(error))
}

async function run(): Promise<void> {
  const { machine, users, reports } = readSettings(process.env)
  const userList = await fetchList(machine, users, 'users')
  const userRows = userList.map((user) => [
    `${text(user['first_name'])} ${text(user['last_name'])}`.trim(),
    text(user['email']),
  ])
  console.log(formatTable('Users', userRows))
  const reportList = await fetchList(machine, reports, 'reports')
  const reportRows = reportList.map((report) => [
    text(report['title']),
    text(report['period']),
    text(report['total']),
  ])
  console.log(formatTable('Reports', reportRows))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function describe(error: unknown): string {
  if (error instanceof SettingsError) {
    const list = error.problems.map((problem) => `  - ${problem}`).join('\n')
    return `The job cannot start:\n${list}\nSee .env.example for every setting.`
  }
  if (error instanceof ApiError) return `The job failed: ${error.message}`
  if (error instanceof TrefoilError) {
    const code = error instanceof ProviderError ? `${error.code}, ${error.error}` : error.code
    return `The job failed (${code}): ${error.message}\n${error.wayOut}`
  }
  throw error
}
