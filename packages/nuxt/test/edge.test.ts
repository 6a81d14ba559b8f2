import { readMark } from '@trefoil/contract/fixtures'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBrowser, follow } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixture } from './fixtures.ts'
import { serveWorker } from './serve.ts'
import { type Site, startSite } from './site.ts'

describe('a worker below a path of its site', () => {
  let site: Site
  beforeAll(async () => {
    site = await startSite('edge', {}, { start: serveWorker, basePath: '/shop/auth' })
  })
  afterAll(() => site.close())

  it('needs nothing of Node', () => {
    const folder = join(fixture('edge'), '.output/server')
    const files = readdirSync(folder, { recursive: true }).map(String)
    const code = files.filter((name) => name.endsWith('.mjs'))
    const text = code.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
    expect(code.length).toBeGreaterThan(3)
    expect(text).not.toMatch(/from\s*["'](node:)?(crypto|async_hooks|fs|http)["']/)
  })

  it('GU-16 sends to its login, and comes back to the same path', async () => {
    const page = await createBrowser().send(`${site.url}/shop/dashboard?tab=1`)
    expect(page.status).toBe(302)
    expect(follow(page)).toBe(`${site.url}/shop/auth/login?returnTo=%2Fshop%2Fdashboard%3Ftab%3D1`)
  })

  it('GU-16 signs in, with the settings of its binding', async () => {
    const browser = await site.signIn('owner@example.com', '/shop/dashboard')
    const page = await browser.send(`${site.url}/shop/dashboard`)
    expect(readMark(page, 'user-name')).toBe('Olivia Owner')
    expect(page.headers.get('cache-control')).toBe('private, no-store')
    const answer = await browser.fetch(`${site.url}/shop/api/me`)
    expect(JSON.parse(answer.text).session.user.email).toBe('owner@example.com')
  })

  it('refuses a handler without a session', async () => {
    expect((await createBrowser().fetch(`${site.url}/shop/api/me`)).status).toBe(401)
  })
})
