import { runProgram } from '../support/processes.ts'
import { findApplication, reportsAudience, type Stack } from '../support/stack.ts'
import { expect, test } from '../support/test.ts'

test('the machine page shows what the management API returned, signed out', async ({ page }) => {
  await page.goto('/machine')
  await expect(page.getByTestId('machine-result')).toContainText('Olivia Owner')
  await expect(page.getByTestId('login')).toBeVisible()
})

test('the job prints users and reports and succeeds', async ({ stack }) => {
  const { exitCode, stdout, stderr } = await runJob(stack, 'machine-demo')
  expect(stderr).toBe('')
  expect(stdout).toContain('owner@example.com')
  expect(stdout).toContain('Revenue')
  expect(exitCode).toBe(0)
})

test('the job without rights says so and fails', async ({ stack }) => {
  const { exitCode, stderr } = await runJob(stack, 'machine-limited')
  expect(stderr).toContain('The job failed')
  expect(stderr).not.toMatch(/eyJ|\n\s+at /)
  expect(exitCode).toBe(1)
})

test('the job names the API that does not answer', async ({ stack }) => {
  const { exitCode, stderr } = await runJob(stack, 'machine-demo', 'http://localhost:9')
  expect(stderr).toContain('http://localhost:9 does not answer')
  expect(exitCode).toBe(1)
})

test('the job names every missing setting at once', async () => {
  const { exitCode, stderr } = await runProgram('machine', ['node', 'src/job.ts'], {})
  for (const name of ['KINDE_ISSUER_URL', 'KINDE_M2M_CLIENT_ID', 'KINDE_M2M_CLIENT_SECRET']) {
    expect(stderr).toContain(name)
  }
  expect(exitCode).toBe(1)
})

async function runJob(stack: Stack, id: string, apiUrl: string = stack.apiUrl) {
  return runProgram('machine', ['node', 'src/job.ts'], {
    KINDE_ISSUER_URL: stack.issuer.url,
    KINDE_M2M_CLIENT_ID: id,
    KINDE_M2M_CLIENT_SECRET: findApplication(stack.issuer, id).secret ?? '',
    REPORTS_AUDIENCE: reportsAudience,
    API_URL: apiUrl,
  })
}
