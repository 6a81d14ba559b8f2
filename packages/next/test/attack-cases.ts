import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBrowser, type Page } from '@trefoil/contract/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixture } from './fixtures.ts'
import { type Site, type SiteOptions, startSite } from './site.ts'

/** What somebody tries who means no good, at what Next does by itself. */
export function describeAttacks(options: SiteOptions): void {
  describe('attacks', () => {
    let site: Site
    beforeAll(async () => {
      site = await startSite(options)
    })
    afterAll(() => site.close())

    const at = (path: string): string => `${site.url}${path}`
    const built = (path: string): string =>
      readFileSync(join(fixture(options.fixture), '.next', path), 'utf8')

    describe('headers that pretend to come from Next', () => {
      const subrequests = [
        'proxy',
        'middleware',
        'src/proxy',
        'src/middleware',
        'pages/_middleware',
      ]
      const forged: [string, Record<string, string>][] = subrequests.flatMap((name) => [
        ['GU-01', { 'x-middleware-subrequest': name }],
        ['GU-01', { 'x-middleware-subrequest': Array.from({ length: 6 }, () => name).join(':') }],
      ])
      const others: [string, Record<string, string>][] = [
        ['GU-01', { 'x-middleware-next': '1' }],
        ['GU-01', { 'x-middleware-rewrite': '/dashboard' }],
        ['GU-01', { 'x-middleware-invoke': '1' }],
        ['GU-01', { 'x-invoke-path': '/dashboard', 'x-invoke-status': '200' }],
        ['GU-01', { 'x-matched-path': '/dashboard', 'x-now-route-matches': '1' }],
        ['GU-02', { rsc: '1', 'next-router-state-tree': '%5B%22%22%5D' }],
        ['GU-02', { rsc: '1', 'next-router-prefetch': '1' }],
        [
          'GU-02',
          { rsc: '1', 'next-router-segment-prefetch': '/_tree', 'next-router-prefetch': '1' },
        ],
        ['GU-02', { 'x-nextjs-data': '1' }],
      ]
      it.each([...forged, ...others])('%s open no page: %o', async (_id, headers) => {
        for (const path of ['/dashboard', '/reports']) {
          expectClosed(await createBrowser().send(at(path), { headers }))
        }
        expect((await createBrowser().fetch(at('/api/me'), { headers })).status).toBe(401)
      })

      it('bring no session in', async () => {
        const cookie = (await site.signIn()).cookieHeader()
        // What the proxy says to Next when it hands a session on; here it is the visitor who says so.
        const headers = {
          'x-middleware-override-headers': 'cookie',
          'x-middleware-request-cookie': cookie,
          'x-middleware-set-cookie': cookie.replaceAll('; ', ', '),
          'x-trefoil-session': JSON.stringify({ user: { id: 'kp_1', name: 'Olivia Owner' } }),
        }
        for (const path of ['/', '/client', '/greeting', '/dashboard', '/api/me']) {
          const { text } = await createBrowser().send(at(path), { headers })
          expect(text).not.toContain('Olivia')
        }
      })

      it('lead nobody to another site with a forged path', async () => {
        for (const path of ['//evil.example', 'https://evil.example/', '/auth/logout']) {
          const page = await createBrowser().send(at('/token'), {
            headers: { 'x-trefoil-path': path },
          })
          expect(page.headers.get('location')).toBe(at('/auth/login?returnTo=%2Ftoken'))
        }
      })

      it('AR-07 name no other origin', async () => {
        const headers = {
          host: 'evil.example',
          'x-forwarded-host': 'evil.example',
          forwarded: 'host=evil.example',
        }
        for (const path of ['/dashboard', '/token', '/auth/login']) {
          const page = await createBrowser().send(at(path), { headers })
          expect(page.headers.get('location')).not.toMatch(/evil/)
        }
      })
    })

    describe('paths that hide where they lead', () => {
      it.each([
        '/dashboard.rsc',
        '/dashboard.segments/_tree.segment.rsc',
        '/dashboard.prefetch.rsc',
        '/dashboard.action',
        '/dashboard/?_rsc=abc',
        '/%64ashboard',
        '/dash%62oard',
        '/DASHBOARD',
        '/dashboard/',
        '//dashboard',
        '/dashboard%2f',
        '/./dashboard',
        '/public/../dashboard',
        '/public/%2e%2e/dashboard',
        '/public%2f..%2fdashboard',
        '/public/..%2fdashboard',
        '/public%5c..%5cdashboard',
        '/dashboard;a=b',
        '/dashboard%00',
        '/_next/data/build/dashboard.json',
        '/_next/static/../../dashboard',
        '/_next/static/%2e%2e/%2e%2e/dashboard',
      ])('GU-02 open no page: %s', async (path) => {
        expectClosed(await createBrowser().send(at(path)))
        expectClosed(await createBrowser().fetch(at(path), { headers: { rsc: '1' } }))
      })

      it('GU-02 give no data of a page of the Pages Router', async () => {
        const id = built('BUILD_ID').trim()
        const page = await createBrowser().fetch(at(`/_next/data/${id}/account.json`), {
          headers: { 'x-nextjs-data': '1' },
        })
        expect(page.status).toBe(401)
      })

      it.each(['/dash%', '/%zz', '/%ff%fe', '/%E0%A4%A'])(
        'CB-22 are refused when they are no text: %s',
        async (path) => {
          const page = await createBrowser().send(at(path))
          expect([400, 404]).toContain(page.status)
        },
      )

      it.each(['/team/1?nxtPid=2', '/team/1?id=2', '/team/1?__nextDefaultLocale=2'])(
        'GU-03 bring no other parameter to a guarded page: %s',
        async (path) => {
          expectClosed(await createBrowser().send(at(path)))
          const browser = await site.signIn()
          const { text } = await browser.send(at(path))
          expect(text).toMatch(/data-testid="team">1<!-- --> <!-- -->Olivia Owner/)
        },
      )
    })

    describe('a server action', () => {
      const call = async (
        headers: Record<string, string>,
        browser = createBrowser(),
      ): Promise<Page> =>
        browser.fetch(at('/action'), {
          method: 'POST',
          headers: {
            accept: 'text/x-component',
            'content-type': 'text/plain;charset=UTF-8',
            'next-action': readActionId(),
            origin: site.url,
            ...headers,
          },
          body: '[]',
        })

      it('answers who is signed in', async () => {
        const page = await call({}, await site.signIn())
        expect([page.status, page.text.includes('Olivia Owner')]).toEqual([200, true])
      })

      it('GU-10 ER-06 refuses nobody with a code and no more', async () => {
        const page = await call({})
        expect(page.status).toBe(500)
        expect(page.text).toContain('not_authenticated')
        expect(page.text).not.toMatch(/Nobody is signed in|stack|\.js:/)
      })

      it('is refused with 401 where the proxy guards the page', async () => {
        const page = await createBrowser().fetch(at('/dashboard'), {
          method: 'POST',
          headers: { 'next-action': readActionId(), origin: site.url },
          body: '[]',
        })
        expect(page.status).toBe(401)
        expect(JSON.parse(page.text).error).toMatchObject({
          code: 'not_authenticated',
          loginUrl: '/auth/login',
        })
      })

      it.each([
        { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        { origin: 'null', 'sec-fetch-site': 'cross-site' },
      ])('GU-11 does nothing for another site: %o', async (headers) => {
        const page = await call(headers, await site.signIn())
        expect(page.status).not.toBe(200)
        expect(page.text).not.toContain('Olivia')
      })
    })

    describe('what a page loads', () => {
      it('CF-04 MM-08 has no server code, no protocol, no secret and no name of one', async () => {
        const { text } = await (await site.signIn()).send(at('/client'))
        const scripts = [...new Set(text.match(/\/_next\/static\/[^"\\]+\.js/g))]
        expect(scripts.length).toBeGreaterThan(3)
        const code = await Promise.all(
          scripts.map(async (path) => (await createBrowser().fetch(at(path))).text),
        )
        expect(code.join('\n')).toContain('logout')
        const found =
          /KINDE_|TREFOIL_SECRET|client_secret|code_verifier|createBackendApp|token_endpoint/.exec(
            code.join('\n'),
          )
        expect(found).toBeNull()
      })
    })

    function readActionId(): string {
      const manifest: { node: Record<string, unknown> } = JSON.parse(
        built('server/server-reference-manifest.json'),
      )
      const [id] = Object.keys(manifest.node)
      if (id === undefined) throw new Error('The fixture has no action.')
      return id
    }
  })
}

/** Nothing of a guarded page is in the answer. */
function expectClosed({ status, text }: Page): void {
  expect([302, 303, 307, 308, 400, 401, 404, 405]).toContain(status)
  expect(text).not.toMatch(/data-testid="(user-name|reports|team)"|Olivia/)
}
