import { readMark } from '@trefoil/contract/fixtures'
import { createBrowser, follow } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite('protected')
})
afterAll(() => site.close())

describe('an app with protect: true', () => {
  it('GU-08 sends strangers to the login from a page that says nothing', async () => {
    const page = await createBrowser().send(`${site.url}/?tab=1`)
    expect(follow(page)).toBe(`${site.url}/auth/login?returnTo=%2F%3Ftab%3D1`)
    expect(page.text).not.toContain('data-testid')
    const own = await (await site.signIn()).send(`${site.url}/`)
    expect([readMark(own, 'page'), readMark(own, 'user-name')]).toEqual(['index', 'Olivia Owner'])
  })

  it.each(['/press', '/help/contact'])('opens what says so: %s', async (path) => {
    const page = await createBrowser().send(`${site.url}${path}`)
    expect([page.status, readMark(page, 'page')]).toEqual([200, path.replace(/.*\//, '')])
  })

  it('asks for more where a page does', async () => {
    const browser = await site.signIn('member@example.com')
    const page = await browser.send(`${site.url}/reports`)
    expect([page.status, readMark(page, 'page')]).toEqual([403, undefined])
  })

  it.each(['/handbook', '/news'])(
    'GU-13 GU-08 renders nothing of a shared page that says nothing: %s',
    async (path) => {
      for (const visitor of [createBrowser(), await site.signIn()]) {
        // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
        const page = await visitor.send(`${site.url}${path}`)
        expect(page.status).toBe(200)
        expect(page.text).not.toMatch(/data-testid|Olivia/)
      }
    },
  )

  it('says of a page that is not there that it is not', async () => {
    expect((await createBrowser().send(`${site.url}/nowhere`)).status).toBe(404)
  })
})
