import { readMark } from '@trefoil/contract/fixtures'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, createBrowser, follow, type Page } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getIslandHash } from '../node_modules/nuxt/dist/app/island-hash.js'
import { fixture } from './fixtures.ts'
import { clientSecret, secret, type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite('app')
})
afterAll(() => site.close())

describe('a page that the server renders', () => {
  it('knows the user, and hands the session over with the page', async () => {
    const browser = await site.signIn()
    const page = await browser.send(`${site.url}/`)
    expect(readMark(page, 'user-name')).toBe('Olivia Owner')
    expect(readMark(page, 'status')).toBe('authenticated')
    expect(page.text).toContain('owner@example.com')
    expect(page.headers.get('cache-control')).toBe('private, no-store')
  })

  it('SE-30 hands over claims, and never a token or a secret', async () => {
    const browser = await site.signIn()
    const { text } = await browser.send(`${site.url}/`)
    expect(text).not.toMatch(/eyJ[\w-]+\.|refresh_?token|access_?token"/i)
    expect(text).not.toContain(clientSecret)
    expect(text).not.toContain(secret)
  })

  it('says for nobody that it is nobody', async () => {
    const page = await createBrowser().send(`${site.url}/`)
    expect(readMark(page, 'status')).toBe('unauthenticated')
    expect(page.headers.get('cache-control')).toBe('private, no-store')
  })

  it('GU-10 sees the session in what it fetches from its own server', async () => {
    const browser = await site.signIn()
    const page = await browser.send(`${site.url}/fetching`)
    expect(readMark(page, 'fetched')).toBe('Olivia Owner')
    expect(readMark(await createBrowser().send(`${site.url}/fetching`), 'fetched')).toBe('401')
  })

  it('renders links that lead somewhere before the script is there', async () => {
    const page = await createBrowser().send(`${site.url}/links`)
    expect(page.text).toContain('href="/auth/login?returnTo=%2Fdashboard"')
    expect(page.text).toContain('<form method="post" action="/auth/logout">')
    expect(readMark(page, 'refused')).toBe('not_authenticated')
    expect(page.text).toContain('data-testid="signed-out"')
    expect(page.text).not.toContain('data-testid="signed-in"')
  })

  it('is guarded by the middleware auth as well', async () => {
    const page = await createBrowser().send(`${site.url}/named`)
    expect(follow(page)).toBe(`${site.url}/auth/login?returnTo=%2Fnamed`)
  })
})

describe('a page that is prerendered or cached', () => {
  const guarded = ['/members', '/members-news', '/club/notice', '/club/board']
  const shared = ['/about', '/about/', '/news', '/about/_payload.json', ...guarded]

  it.each(shared)('GU-13 holds nothing of a user: %s', async (path) => {
    const browser = await site.signIn()
    const page = await browser.send(`${site.url}${path}`)
    expect(page.text).not.toMatch(/Olivia|owner@example\.com|kp_/)
    expect(page.headers.get('set-cookie')).toBeNull()
  })

  it.each(['/about', '/news'])('leaves the browser to ask who it is: %s', async (path) => {
    const browser = await site.signIn()
    expect(readMark(await browser.send(`${site.url}${path}`), 'status')).toBe('loading')
  })

  // The pages of the club say `auth: false`, and the page around them says `auth: true`.
  it.each(guarded)(
    'GU-13 is empty when it is guarded, until the browser knows who it is: %s',
    async (path) => {
      const browser = await site.signIn()
      for (const visitor of [createBrowser(), browser]) {
        // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
        const page = await visitor.send(`${site.url}${path}`)
        expect(page.status).toBe(200)
        expect(page.text).not.toContain('data-testid')
      }
    },
  )

  it('GU-13 stays cacheable, and is the same for everybody', async () => {
    const browser = await site.signIn()
    await createBrowser().send(`${site.url}/news`)
    const [first, second] = await Promise.all([
      browser.send(`${site.url}/news`),
      createBrowser().send(`${site.url}/news`),
    ])
    expect(first?.text).toBe(second?.text)
    expect(first?.headers.get('cache-control')).toContain('s-maxage=60')
  })

  it.each(['/api/cached', '/api/ruled'])(
    'GU-13 refuses to tell one user to everybody: %s',
    async (path) => {
      const browser = await site.signIn()
      for (const visitor of [browser, createBrowser()]) {
        // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
        const page = await visitor.fetch(`${site.url}${path}`)
        expect(page.status).toBe(500)
        expect(page.text).not.toContain('Olivia')
      }
    },
  )
})

describe('a guard that is written wrong', () => {
  it.each(['/misspelled', '/nothing'])('closes the page: %s', async (path) => {
    for (const visitor of [createBrowser(), await site.signIn()]) {
      // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
      const page = await visitor.send(`${site.url}${path}`)
      expect(page.status).toBe(500)
      expect(page.text).not.toContain('data-testid="page"')
    }
  })
})

describe('paths that lead around a page', () => {
  it.each([
    '/DASHBOARD',
    '/dashboard/',
    '//dashboard',
    '/__nuxt_island/page_island.json',
    '/__nuxt_island/page_island_x.json?url=/',
    '/%64ashboard',
  ])('GU-05 GU-06 show nothing of it to a stranger: %s', async (path) => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-original-url': '/' }
    const page = await createBrowser().send(`${site.url}${path}`, { headers })
    expect(page.status).not.toBe(200)
    expect(page.text).not.toMatch(/data-testid=\\?"(page|user-name)/)
  })
})

describe('a page that is an island of the server', () => {
  const ask = async (visitor: Browser, url: string): Promise<Page> => {
    const name = 'page_island'
    const hash = getIslandHash({ name, props: {}, context: { url } })
    const query = new URLSearchParams({ url }).toString()
    return visitor.fetch(`${site.url}/__nuxt_island/${name}_${hash}.json?${query}`)
  }

  // With the right hash Nuxt lets it through, so it is our guard that refuses.
  it('GU-05 is for who is signed in, by the address of the island as well', async () => {
    const island = await ask(await site.signIn(), '/island')
    expect([island.status, JSON.parse(island.text).html]).toEqual([
      200,
      expect.stringContaining('data-testid="page"'),
    ])
    expect(island.headers.get('cache-control')).toBe('private, no-store')
    const refused = await ask(createBrowser(), '/island')
    expect(refused.status).toBe(401)
    expect(refused.text).not.toContain('data-testid')
  })

  it('GU-05 is not to be had in the place of an open page', async () => {
    for (const visitor of [createBrowser(), await site.signIn()]) {
      // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
      const page = await ask(visitor, '/')
      expect(page.status).toBe(400)
      expect(page.text).not.toContain('data-testid')
    }
  })
})

describe('the payload of a guarded page', () => {
  it.each(['/dashboard/_payload.json', '/dashboard/_payload.js', '/members/_payload.json'])(
    'GU-05 holds nothing of it, whoever asks: %s',
    async (path) => {
      for (const visitor of [createBrowser(), await site.signIn()]) {
        // oxlint-disable-next-line no-await-in-loop -- one visitor after the other
        const page = await visitor.send(`${site.url}${path}`)
        expect(page.text).not.toMatch(/data-testid|Olivia|kp_/)
      }
    },
  )
})

describe('a handler', () => {
  it('gives the access token to who is signed in, and 401 to others', async () => {
    const browser = await site.signIn()
    const { text } = await browser.fetch(`${site.url}/api/token`)
    expect(JSON.parse(text).length).toBeGreaterThan(100)
    const refused = await createBrowser().fetch(`${site.url}/api/token`)
    expect(refused.status).toBe(401)
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'not_authenticated' } })
  })

  it('sends a person to the login where a page is asked for', async () => {
    const page = await createBrowser().send(`${site.url}/paper`)
    expect(follow(page)).toBe(`${site.url}/auth/login?returnTo=%2Fpaper`)
  })

  it('SE-18 GU-13 keeps its own cookies and headers, but never a public answer', async () => {
    const browser = await site.signIn()
    const page = await browser.fetch(`${site.url}/api/theme`)
    expect(page.headers.get('set-cookie')).toContain('theme=dark')
    expect(page.headers.get('cache-control')).toBe('private, no-store')
    expect(page.headers.get('vary')?.split(/, */)).toEqual(['accept-encoding', 'Cookie'])
  })
})

describe('what the browser loads', () => {
  const folder = join(fixture('app'), '.output/public/_nuxt')
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')

  it('MM-08 CF-04 holds no secret, and no code or setting of the server', () => {
    expect(files.length).toBeGreaterThan(3)
    expect(text).not.toMatch(/KINDE_CLIENT_SECRET|TREFOIL_SECRET|clientSecret|client_secret/)
    expect(text).not.toMatch(/A256GCM|oauth4webapi|__env__/)
  })
})
