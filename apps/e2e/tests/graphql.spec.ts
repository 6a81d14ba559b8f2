import { expect, fillSignIn, signIn, test } from '../support/test.ts'

// A front-end app that asks the API by GraphQL.

test('the page shows who the API takes the user for, and the reports', async ({ page }) => {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto('/graphql')
  await fillSignIn(page, 'owner@example.com')
  await expect(page.getByTestId('reports')).toContainText('Revenue')
  await expect(page.getByTestId('graphql-subject')).toHaveText(/^kp_/)
  await expect(page.getByTestId('error-message')).toHaveCount(0)
  expect(complaints).toEqual([])
})

test('a member reads which permission is missing, beside what is theirs', async ({ page }) => {
  await signIn(page, 'member@example.com')
  await page.goto('/graphql')
  await expect(page.getByTestId('error-code')).toHaveText('FORBIDDEN')
  await expect(page.getByTestId('error-message')).toContainText('read:reports')
  await expect(page.getByTestId('graphql-subject')).toHaveText(/^kp_/)
  await expect(page.getByTestId('reports')).toHaveCount(0)
})

test('the access token goes to the API in its header, and nowhere else', async ({
  page,
  stack,
}) => {
  await signIn(page, 'owner@example.com')
  const asked: { url: string; method: string; token: string | undefined; body: string | null }[] =
    []
  page.on('request', (request) => {
    const { authorization: token } = request.headers()
    if (token?.startsWith('Bearer ')) {
      asked.push({ url: request.url(), method: request.method(), token, body: request.postData() })
    }
  })
  await page.goto('/graphql')
  await expect(page.getByTestId('reports')).toBeVisible()
  const calls = asked.filter(({ url }) => url.includes('graphql'))
  expect(calls.length).toBeGreaterThan(0)
  for (const { url, method, token, body } of calls) {
    expect([url, method]).toEqual([`${stack.apiUrl}/graphql/apollo`, 'POST'])
    expect(body).not.toContain(token?.slice('Bearer '.length))
  }
})

test('an API that is down is told as such, and signs nobody out', async ({ page, stack }) => {
  await signIn(page, 'owner@example.com')
  await page.route(`${stack.apiUrl}/**`, (route) => route.abort())
  await page.goto('/graphql')
  await expect(page.getByTestId('error-message')).toContainText('does not answer')
  await expect(page.getByTestId('logout')).toBeVisible()
})
