import { readMark } from '@trefoil/contract/fixtures'
import { request } from 'node:http'
import { createBrowser, follow } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Site, startSite } from './site.ts'

// Below a path, with a slash at the end of each, from the standalone output.
let site: Site
beforeAll(async () => {
  site = await startSite({
    fixture: 'mounted',
    basePath: '/shop/auth',
    standalone: '.next/standalone/packages/next/test/fixtures/mounted',
  })
})
afterAll(() => site.close())

const at = (path: string): string => `${site.url}${path}`

describe('GU-16 below a path, with trailing slashes, standalone', () => {
  it.each(['/shop/dashboard/', '/shop/open/', '/shop/account/'])(
    'signs in and comes back to %s',
    async (path) => {
      const browser = createBrowser()
      const form = await browser.visit(at(`${path}?tab=1`))
      const page = await browser.submit(form, { email: 'owner@example.com', password: 'trefoil' })
      expect([page.url, page.status]).toEqual([at(`${path}?tab=1`), 200])
      expect(readMark(page, 'user-name')).toBe('Olivia Owner')
    },
  )

  it('serves our routes with and without the slash', async () => {
    for (const path of ['/shop/auth/session', '/shop/auth/session/']) {
      const page = await createBrowser().visit(at(path))
      expect(JSON.parse(page.text)).toEqual({ session: null })
    }
  })

  it('signs out', async () => {
    const browser = await site.signIn('owner@example.com', '/shop/dashboard/')
    const headers = { origin: site.url }
    const out = await browser.send(at('/shop/auth/logout/'), { method: 'POST', headers })
    expect(out.status).toBe(303)
    const page = await browser.send(at('/shop/dashboard/'))
    expect(follow(page)).toBe(at('/shop/auth/login?returnTo=%2Fshop%2Fdashboard%2F'))
  })
})

describe('behind a reverse proxy', () => {
  it.each<[string, Record<string, string>]>([
    ['passes the host on', { host: '127.0.0.1:4999' }],
    ['has a host of its own', { host: '10.0.0.7:3000', 'x-forwarded-host': '127.0.0.1:4999' }],
  ])(
    'SE-34 a preview that is on the list is an origin of the site: it %s',
    async (_name, headers) => {
      const { location } = await ask('/shop/auth/login/', headers)
      const { searchParams } = new URL(location ?? '')
      expect(searchParams.get('redirect_uri')).toBe('http://127.0.0.1:4999/shop/auth/callback')
    },
  )

  it('SE-34 any other host is the site itself', async () => {
    const hosts = { host: '10.0.0.7:3000', 'x-forwarded-host': 'preview.evil.example' }
    const { location } = await ask('/shop/auth/login/', hosts)
    const { searchParams } = new URL(location ?? '')
    expect(searchParams.get('redirect_uri')).toBe(at('/shop/auth/callback'))
    const page = await ask('/shop/open/', hosts)
    expect(page.location).toBe(at('/shop/auth/login?returnTo=%2Fshop%2Fopen%2F'))
  })
})

// A browser sends the host that it goes to; what stands before a server may send another.
function ask(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; location: string | undefined }> {
  const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
  return new Promise((resolve, reject) => {
    const { port } = new URL(site.url)
    const options = { port, path, headers: { ...navigation, ...headers }, agent: false }
    const sent = request(options, (response) => {
      response.resume()
      resolve({ status: response.statusCode, location: response.headers.location })
    })
    sent.on('error', reject)
    sent.end()
  })
}
