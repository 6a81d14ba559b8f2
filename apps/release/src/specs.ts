import { join } from 'node:path'
import { demos } from '../../e2e/support/demos.ts'
import { runToEnd } from './processes.ts'

/** The Playwright projects whose specs can be played on these demos. */
export function listProjects(copied: readonly string[]): string[] {
  return demos.filter(({ name, folder = name }) => copied.includes(folder)).map(({ name }) => name)
}

/**
 * Plays the end-to-end specs of a checkout on copies of the demos; the API and the job that the specs need
 * are copies as well. Throws when a spec fails.
 */
export async function playSpecs(
  checkout: string,
  copies: string,
  projects: readonly string[],
): Promise<void> {
  const playwright = ['pnpm', '--filter', 'e2e', 'exec', 'playwright', 'test']
  const options = [
    ...projects.map((name) => `--project=${name}`),
    // The report of an ordinary run stays as it is.
    '--reporter=dot',
    `--output=${join(copies, 'test-results')}`,
    // Machines that publish may be slow.
    '--timeout=60000',
  ]
  // At the local issuer, wherever the developer's own runs sign in.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('E2E_'))
  const env = { ...Object.fromEntries(kept), E2E_DEMOS_ROOT: copies }
  await runToEnd([...playwright, ...options], { cwd: checkout, env })
}
