import { describe, expect, it } from 'vitest'
import { createFrontendApp } from '../src/frontend-app.ts'
import { frontendOptions } from './tabs.ts'

describe('SP-15 on a server', () => {
  it('an app is loading, and touches nothing', async () => {
    const app = createFrontendApp(frontendOptions)
    await app.start()
    expect(app.getSnapshot()).toBe(app.getServerSnapshot())
    expect(app.getSnapshot()).toMatchObject({ status: 'loading', session: null })
    for (const act of [app.login, app.refresh]) {
      // oxlint-disable-next-line no-await-in-loop -- each is to be the only one that touches anything
      await expect(act()).rejects.toMatchObject({ code: 'browser_unsupported' })
    }
    await expect(app.getAccessToken()).rejects.toMatchObject({ code: 'not_authenticated' })
  })
})
