import { readMark } from '@trefoil/contract/fixtures'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBrowser } from '@trefoil/contract/browser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixture } from './fixtures.ts'
import { type Site, startSite } from './site.ts'

// Next 16 runs the proxy, pages and API routes in one process, each in a bundle of its own.
let site: Site
beforeAll(async () => {
  site = await startSite({ fixture: 'app' })
})
afterAll(() => site.close())

it.each(['', 'ssr'])('opens sessions with what is fastest on Node: chunks/%s', (layer) => {
  const folder = join(fixture('app'), '.next/server/chunks', layer)
  const chunks = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const code = chunks.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
  expect(code).toMatch(/createDecipheriv/)
  expect(code).not.toMatch(/CompactEncrypt/)
})

it('LO-03 a copy of the cookie is dead after the sign-out, in every bundle of the process', async () => {
  const browser = await site.signIn()
  const copy = new Map(browser.cookies)
  const headers = { origin: site.url }
  await browser.send(`${site.url}/auth/logout`, { method: 'POST', headers })
  const thief = createBrowser(copy)
  expect((await thief.send(`${site.url}/dashboard`)).status).toBe(302)
  expect((await thief.send(`${site.url}/account`)).status).toBe(302)
  expect(readMark(await thief.send(`${site.url}/`), 'user-name')).toBe('')
  expect(readMark(await thief.send(`${site.url}/greeting`), 'user-name')).toBe('nobody')
  expect((await thief.fetch(`${site.url}/api/theme`)).status).toBe(401)
})

it('SE-27 shows many users at once what is theirs alone', async () => {
  const people = [
    ['owner@example.com', 'Olivia Owner'],
    ['member@example.com', 'Max Member'],
  ] as const
  const signedIn = await Promise.all(
    people.map(async ([email, name]) => ({ browser: await site.signIn(email), name })),
  )
  const paths = ['/', '/client', '/dashboard', '/account', '/greeting']
  const asked = Array.from({ length: 20 }, () => paths).flatMap((each) =>
    each.flatMap((path) => signedIn.map(({ browser, name }) => ({ path, browser, name }))),
  )
  const shown = await Promise.all(
    asked.map(async ({ path, browser, name }) => {
      const page = await browser.send(`${site.url}${path}`)
      return readMark(page, 'user-name') === name
    }),
  )
  expect(shown.filter((isTheirs) => !isTheirs)).toHaveLength(0)
  expect(shown).toHaveLength(200)
})
