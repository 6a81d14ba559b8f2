import { afterEach, expect, it, vi } from 'vitest'
import { clicked, createBrowser } from './browser.ts'
import { createSite } from './site.ts'

afterEach(() => void vi.restoreAllMocks())

it('ER-04 a listener that throws breaks no sign-in, renewal, error page or sign-out', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const site = await createSite()
  const onEvent = (): never => {
    throw new Error('no log')
  }
  const browser = createBrowser(site.another({ onEvent }))
  expect(await site.signIn(browser)).toMatchObject({ status: 302, location: '/' })
  site.wait(3600)
  expect((await browser.open()).state).toBe('renewed')
  expect((await browser.go('/auth/callback?state=unknown&error=b')).status).toBe(400)
  const outcome = await browser.go('/auth/logout', { method: 'POST', headers: clicked })
  expect(outcome.status).toBe(303)
  expect(browser.jar.size).toBe(0)
  expect(log).toHaveBeenCalledTimes(1)

  const unset = createBrowser(site.another({ onEvent, clientId: '' }))
  expect((await unset.go('/auth/login')).status).toBe(500)
})
