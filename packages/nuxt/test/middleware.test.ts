import { createBrowser, follow } from '@trefoil/contract/browser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite('app')
})
afterAll(() => site.close())

it('GU-10 a middleware of the app can guard all that is under a path', async () => {
  const stranger = createBrowser()
  expect(follow(await stranger.send(`${site.url}/admin`))).toBe(
    `${site.url}/auth/login?returnTo=%2Fadmin`,
  )
  expect((await stranger.fetch(`${site.url}/admin`)).status).toBe(401)
  const page = await (await site.signIn()).fetch(`${site.url}/admin`)
  expect([page.status, JSON.parse(page.text)]).toEqual([200, { name: 'Olivia Owner' }])
})
